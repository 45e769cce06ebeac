import { cx } from 'class-variance-authority'
import { Clock } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  label: ReactNode
  /** Already written for the eye; "–" where nothing is known. */
  value: string
  unit?: string | undefined
  note?: ReactNode
  /** How old the number is, where it is too old to be believed ("as of 12 min ago"). Greys the number. */
  stale?: string | undefined
  /** Where the number comes from. */
  source?: ReactNode
  size?: 'md' | 'lg'
}

/** One number that matters, with its unit, its age and its source. */
export function Figure({ label, value, unit, note, stale, source, size = 'lg' }: Props) {
  return (
    <div className="min-w-0">
      <div className="text-muted text-sm">{label}</div>
      <div className={cx('nums flex flex-wrap items-baseline gap-x-1.5', stale && 'text-muted')}>
        <span
          className={cx('font-semibold tracking-[-0.02em]', size === 'lg' ? 'text-2xl' : 'text-xl')}
          data-figure
        >
          {value}
        </span>
        {unit ? <span className="text-base text-muted">{unit}</span> : null}
      </div>
      {stale ? (
        <div className="flex items-center gap-1 text-warn text-xs">
          <Clock size={12} aria-hidden className="shrink-0" />
          {stale}
        </div>
      ) : null}
      {note ? <div className="nums text-muted text-xs">{note}</div> : null}
      {source ? <div className="text-2xs text-muted">{source}</div> : null}
    </div>
  )
}
