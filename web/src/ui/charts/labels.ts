export interface Clockwork {
  /** Decides the order of day and month and 12 or 24 hours: the reader's own, never a fixed one. */
  locale: string | undefined
  /** Undefined is the reader's own. */
  timeZone: string | undefined
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const MONTH = 28 * DAY

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making one is slow and a chart asks for the same ones at every frame. */
function format({ locale, timeZone }: Clockwork, options: Intl.DateTimeFormatOptions) {
  const key = JSON.stringify([locale, timeZone, options])
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, ...(timeZone ? { timeZone } : {}) })
    formats.set(key, found)
  }
  return found
}

function isMidnight(time: number, clockwork: Clockwork): boolean {
  const text = format(
    { ...clockwork, locale: 'en-GB' },
    { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  )
  return text.format(time) === '00:00:00'
}

/** The words below the axis of time: hours, the day where a new one begins, or days and months. */
export function axisLabels(times: readonly number[], distance: number, clockwork: Clockwork): string[] {
  return times.map((time) => {
    if (distance >= MONTH) {
      return format(clockwork, { month: 'short', year: 'numeric' }).format(time)
    }
    if (distance >= DAY) {
      return format(clockwork, { day: 'numeric', month: 'short' }).format(time)
    }
    if (isMidnight(time, clockwork)) {
      return format(clockwork, { weekday: 'short', day: 'numeric', month: 'short' }).format(time)
    }
    const seconds: Intl.DateTimeFormatOptions = distance < MINUTE ? { second: '2-digit' } : {}
    return format(clockwork, { hour: '2-digit', minute: '2-digit', ...seconds }).format(time)
  })
}

/** One moment in full, for the cursor and the table. */
export function momentLabel(time: number, clockwork: Clockwork): string {
  const seconds: Intl.DateTimeFormatOptions = time % MINUTE === 0 ? {} : { second: '2-digit' }
  return format(clockwork, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...seconds,
  }).format(time)
}
