/** Until when a wish lasts, as the page asks it and as the API takes it. */

export const ENDS = ['told', '1h', '4h', 'at'] as const
type End = (typeof ENDS)[number]

export interface UntilFields {
  end: End
  /** What a field for date and time holds: `2026-11-20T18:00`, in the reader's own zone. */
  at: string
}

const HOUR_MS = 3_600_000

/** In milliseconds; `null` for a wish without an end of its own. */
function endOf({ end, at }: UntilFields, now: number): number | null {
  switch (end) {
    case 'told':
      return null
    case '1h':
      return now + HOUR_MS
    case '4h':
      return now + 4 * HOUR_MS
    case 'at':
      return Date.parse(at)
    default:
      return end satisfies never
  }
}

/** For the body of the call. */
export function untilBody(fields: UntilFields, now = Date.now()): string {
  const end = endOf(fields, now)
  return end === null ? 'told' : new Date(end).toISOString()
}

/** What is wrong with it, as a key of the texts. */
export function untilFault(fields: UntilFields, now: number): 'until.missing' | 'until.past' | undefined {
  const end = endOf(fields, now)
  if (end === null) {
    return undefined
  }
  if (Number.isNaN(end)) {
    return 'until.missing'
  }
  return end <= now ? 'until.past' : undefined
}

/** A time as a field for date and time takes it. */
export function fieldTime(at = Date.now()): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}
