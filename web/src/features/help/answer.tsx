import { Link, useRouter } from '@tanstack/react-router'
import { Fragment, useMemo } from 'react'
import { Code } from '@/ui/code.tsx'
import { type Block, blocksOf, type Span } from './blocks.ts'
import { Marked } from './marked.tsx'

interface Props {
  text: string
  query: string
}

/** An answer, with its lists, commands and links. */
export function Answer({ text, query }: Props) {
  const blocks = useMemo(() => blocksOf(text), [text])
  return (
    <div className="grid max-w-prose gap-3">
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the answer is cut from one text and never changes its order
        <OneBlock key={index} block={block} query={query} />
      ))}
    </div>
  )
}

function OneBlock({ block, query }: { block: Block; query: string }) {
  if (block.kind === 'code') {
    return <Code text={block.text} />
  }
  if (block.kind === 'text') {
    return (
      <p>
        <Spans spans={block.spans} query={query} />
      </p>
    )
  }
  const List = block.kind === 'steps' ? 'ol' : 'ul'
  return (
    <List className={`grid gap-1.5 pl-5 ${block.kind === 'steps' ? 'list-decimal' : 'list-disc'}`}>
      {block.items.map((spans, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- see above
        <li key={index}>
          <Spans spans={spans} query={query} />
        </li>
      ))}
    </List>
  )
}

function Spans({ spans, query }: { spans: readonly Span[]; query: string }) {
  return spans.map((span, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- see above
    <Fragment key={index}>
      <OneSpan span={span} query={query} />
    </Fragment>
  ))
}

function OneSpan({ span, query }: { span: Span; query: string }) {
  const words = <Marked text={span.text} query={query} />
  switch (span.kind) {
    case 'code':
      return <code className="break-words rounded-sm bg-subtle px-1 font-mono text-sm">{words}</code>
    case 'strong':
      return <strong className="font-semibold">{words}</strong>
    case 'em':
      return <em>{words}</em>
    case 'link':
      return (
        <Inside to={span.to} text={span.text}>
          {words}
        </Inside>
      )
    default:
      return words
  }
}

/** A page that this version does not have is only named. */
function Inside({ to, text, children }: { to: string; text: string; children: React.ReactNode }) {
  const { routesByPath } = useRouter()
  const [path = '', search] = to.split('?')
  if (!(path in routesByPath)) {
    return text
  }
  return (
    <Link
      to={path}
      search={Object.fromEntries(new URLSearchParams(search))}
      className="text-accent underline"
    >
      {children}
    </Link>
  )
}
