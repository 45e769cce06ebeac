/** The little that an answer needs of Markdown, taken apart. */
export type Block =
  | { kind: 'text'; spans: Span[] }
  | { kind: 'list' | 'steps'; items: Span[][] }
  | { kind: 'code'; text: string }

export type Span =
  | { kind: 'text' | 'code' | 'strong' | 'em'; text: string }
  | { kind: 'link'; text: string; to: string }

const FENCE = '```'
const BULLET = /^- /
const STEP = /^\d+\. /

export function blocksOf(answer: string): Block[] {
  return answer.split('\n\n').map((piece) => {
    const lines = piece.split('\n')
    if (lines[0] === FENCE && lines.at(-1) === FENCE) {
      return { kind: 'code', text: lines.slice(1, -1).join('\n') }
    }
    for (const [mark, kind] of [
      [BULLET, 'list'],
      [STEP, 'steps'],
    ] as const) {
      if (lines.every((line) => mark.test(line))) {
        return { kind, items: lines.map((line) => spansOf(line.replace(mark, ''))) }
      }
    }
    return { kind: 'text', spans: spansOf(piece) }
  })
}

const SPANS = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((\/[^)]*)\)/g

function spansOf(text: string): Span[] {
  const spans: Span[] = []
  let end = 0
  for (const match of text.matchAll(SPANS)) {
    spans.push({ kind: 'text', text: text.slice(end, match.index) })
    spans.push(spanOf(match))
    end = match.index + match[0].length
  }
  return [...spans, { kind: 'text' as const, text: text.slice(end) }].filter((span) => span.text !== '')
}

function spanOf([, code, strong, em, label = '', to = '']: RegExpMatchArray): Span {
  if (code !== undefined) {
    return { kind: 'code', text: code }
  }
  if (strong !== undefined) {
    return { kind: 'strong', text: strong }
  }
  return em === undefined ? { kind: 'link', text: label, to } : { kind: 'em', text: em }
}
