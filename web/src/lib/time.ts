/** The page's language decides how times look; the zone is the reader's own. */
const locale = () => navigator.language

/** Making one takes a hundred times longer than using it, and a list of miners uses one in every row. */
const formats = new Map<string, Intl.DateTimeFormat>()
const relative = new Map<string, Intl.RelativeTimeFormat>()

function written(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${JSON.stringify(options)}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, format)
  return format.format(at)
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

/** "14:05", or with the day when it is not today's. */
export function clock(iso: string, now = Date.now()): string {
  const at = new Date(iso)
  const today = at.toDateString() === new Date(now).toDateString()
  return written(at, today ? CLOCK : { ...CLOCK, day: 'numeric', month: 'short' })
}

/** "20 Nov 2026", where the hour says nothing. */
export function day(iso: string): string {
  return written(new Date(iso), { dateStyle: 'medium' })
}

/** The whole of it, for a title or a table: "20 Nov 2026, 14:05:09". */
export function exactTime(iso: string): string {
  return written(new Date(iso), { dateStyle: 'medium', timeStyle: 'medium' })
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "3 min ago", "in 2 hr". Less than a minute is "now". */
export function ago(at: string | number, now = Date.now()): string {
  const seconds = ((typeof at === 'number' ? at : Date.parse(at)) - now) / 1000
  const format =
    relative.get(locale()) ?? new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' })
  relative.set(locale(), format)
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) {
      return format.format(Math.trunc(seconds / size), unit)
    }
  }
  return format.format(0, 'second')
}

/** "2 d 4 h", "35 min", "12 s": how long something has lasted, in its two largest parts. */
export function duration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [Math.floor(seconds % 60), 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) {
    return '0 s'
  }
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
