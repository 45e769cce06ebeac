/** A tag, as somebody wrote it. */
export function TagPill({ name }: { name: string }) {
  return (
    <span className="inline-block max-w-32 truncate rounded-md border border-line px-1.5 text-muted text-xs">
      {name}
    </span>
  )
}
