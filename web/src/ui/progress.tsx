import { cx } from 'class-variance-authority'
import type { ReactNode } from 'react'

const BAR =
  'h-1.5 w-full appearance-none overflow-hidden rounded-full border-0 bg-subtle [&::-moz-progress-bar]:rounded-full [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent'

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
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span className="min-w-0">{label}</span>
        <span className="nums shrink-0 text-muted">
          {note ?? (total === undefined ? done : `${done} / ${total}`)}
        </span>
      </div>
      <progress
        aria-label={label}
        // Without a value the browser says that it does not know how long it takes.
        value={total === undefined ? undefined : done}
        max={total === undefined ? undefined : Math.max(total, 1)}
        className={cx(BAR, total === undefined && 'animate-pulse bg-accent/40!')}
      />
    </div>
  )
}
