import { type Quantity, UNKNOWN } from '@/lib/format.ts'

interface Props {
  of: Quantity
  /** Too old to be believed: greyed. */
  stale?: boolean
  /** What it would be measured in, to be shown where it is not known and nothing else says what is missing. */
  unit?: string
}

/** A number with its unit, smaller and muted beside it. */
export function Measure({ of, stale = false, unit }: Props) {
  const shown = of.value === UNKNOWN ? (unit ?? of.unit) : of.unit
  return (
    <span className={stale ? 'nums whitespace-nowrap text-muted' : 'nums whitespace-nowrap'}>
      {of.value}
      {shown ? <span className="text-muted text-xs"> {shown}</span> : null}
    </span>
  )
}
