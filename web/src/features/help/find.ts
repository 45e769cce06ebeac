import type { Topic } from './topics.ts'

const WORD = /[\p{L}\p{N}]+/gu

/** What is looked for, word by word. */
function wordsOf(query: string): string[] {
  return query.toLowerCase().match(WORD) ?? []
}

const IN_QUESTION = 10
const IN_NAME = 6
const IN_ANSWER = 1
/** Whoever types the whole name means it. */
const NAMED = 30
/** A whole word counts more than its beginning. */
const WHOLE = 2

/** Those in which every word of the query begins some word, the most fitting first. */
export function found(query: string, topics: readonly Topic[]): Topic[] {
  const wanted = wordsOf(query)
  return topics
    .map((topic) => ({ topic, score: scoreOf(topic, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({ topic }) => topic)
}

function scoreOf({ name, question, answer }: Topic, wanted: readonly string[]): number {
  const fields = [
    { words: wordsOf(question), weight: IN_QUESTION },
    { words: wordsOf(name), weight: IN_NAME },
    { words: wordsOf(answer), weight: IN_ANSWER },
  ]
  let score = wordsOf(name).join(' ') === wanted.join(' ') ? NAMED : 0
  for (const want of wanted) {
    const points = fields.map(({ words, weight }) => weight * hit(words, want)).reduce((a, b) => a + b)
    if (points === 0) {
      return 0
    }
    score += points
  }
  return score
}

function hit(words: readonly string[], want: string): number {
  return words.includes(want) ? WHOLE : Number(words.some((word) => word.startsWith(want)))
}

export interface Part {
  text: string
  marked: boolean
  /** Where it begins. */
  at: number
}

/** The text in pieces: those that the query asked for, and those between. */
export function marks(text: string, query: string): Part[] {
  const wanted = wordsOf(query)
  const parts: Part[] = []
  let end = 0
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const want = wanted
      .filter((one) => word.toLowerCase().startsWith(one))
      .reduce((a, b) => (b.length > a.length ? b : a), '')
    if (want !== '') {
      parts.push({ text: text.slice(end, index), marked: false, at: end })
      parts.push({ text: text.slice(index, index + want.length), marked: true, at: index })
      end = index + want.length
    }
  }
  return [...parts, { text: text.slice(end), marked: false, at: end }].filter((part) => part.text !== '')
}
