/** The spans that charts can show. */
export const RANGES = ['6h', '24h', '3d', '7d', '30d', '1y'] as const
export type Range = (typeof RANGES)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const SPAN_MS: Record<Range, number> = {
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '3d': 3 * DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '1y': 365 * DAY_MS,
}
