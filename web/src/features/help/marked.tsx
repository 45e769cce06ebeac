import { marks } from './find.ts'

/** A text in which what was looked for stands out. */
export function Marked({ text, query }: { text: string; query: string }) {
  return marks(text, query).map((part) =>
    part.marked ? (
      <mark key={part.at} className="rounded-xs bg-accent-soft text-accent underline">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
