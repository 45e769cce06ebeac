import type { ReactNode } from 'react'

interface Props {
  done: number
  /** Unknown while it is not clear how much there is to do. */
  total: number | undefined
  label: string
  /** Beside the bar in place of "3 of 10". */
  note?: ReactNode
}

/** How far something is. */
export function Progress({ done, total, label, note }: Props) {
  const share = total ? Math.min(1, Math.max(0, done / total)) : undefined
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span className="min-w-0">{label}</span>
        <span className="nums shrink-0 text-muted">
          {note ?? (total === undefined ? done : `${done} / ${total}`)}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total ?? undefined}
        aria-valuenow={total === undefined ? undefined : done}
        className="h-1.5 overflow-hidden rounded-full bg-subtle"
      >
        <div
          className={`h-full rounded-full bg-accent transition-[width] ${share === undefined ? 'w-1/3 animate-pulse' : ''}`}
          style={share === undefined ? undefined : { width: `${share * 100}%` }}
        />
      </div>
    </div>
  )
}
