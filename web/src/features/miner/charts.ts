import type { Latest, Miner, Series } from '@/api/generated/types.gen.ts'
import { hashrate, joined, percent, power, type Quantity, temperature, turns } from '@/lib/format.ts'
import { type Range, SPAN_MS } from '@/lib/ranges.ts'
import type { ChartColor, ChartPoint, Span } from '@/ui/charts/types.ts'
import type { MinerSearch } from './search.ts'

/** Which charts a miner has, what span they show, and how the newest reading joins what was stored. */

export const POINTS = 300
const STEP_LEAST_MS = 60_000
const STEP_MOST_MS = 5 * 60_000

/** The stored part of what is shown moves on by steps, so that it is asked again only now and then. */
export function storedSpan(range: Range, now: number): Span {
  const span = SPAN_MS[range]
  const step = Math.min(STEP_MOST_MS, Math.max(STEP_LEAST_MS, span / POINTS))
  const to = Math.floor(now / step) * step
  return [to - span, to]
}

export function zoomOf({ from, to }: MinerSearch): Span | undefined {
  return from === undefined || to === undefined ? undefined : [from, to]
}

export type ChartMetric = 'hashrate' | 'temperature' | 'vr_temperature' | 'power' | 'fan_pct' | 'fan_rpm'

interface Line {
  metric: ChartMetric
  unit: string
  color: ChartColor
  format: (value: number) => Quantity
  newest: (latest: Latest) => number | null
}

const LINES: Record<ChartMetric, Line> = {
  hashrate: {
    metric: 'hashrate',
    unit: 'H/s',
    color: 'series-1',
    format: hashrate,
    newest: (latest) => latest.hashrate_hs,
  },
  temperature: {
    metric: 'temperature',
    unit: '°C',
    color: 'series-3',
    format: temperature,
    newest: (latest) => latest.temperature_c,
  },
  vr_temperature: {
    metric: 'vr_temperature',
    unit: '°C',
    color: 'series-4',
    format: temperature,
    newest: (latest) => latest.vr_temperature_c,
  },
  power: {
    metric: 'power',
    unit: 'W',
    color: 'series-2',
    format: power,
    newest: (latest) => latest.power_w,
  },
  fan_pct: {
    metric: 'fan_pct',
    unit: '%',
    color: 'series-6',
    format: percent,
    newest: (latest) => latest.fan_pct,
  },
  fan_rpm: {
    metric: 'fan_rpm',
    unit: 'rpm',
    color: 'series-6',
    format: turns,
    newest: (latest) => latest.fan_rpm,
  },
}

export const lineOf = (metric: ChartMetric): Line => LINES[metric]

export interface Chart {
  id: 'hashrate' | 'temperature' | 'power' | 'fan'
  metrics: readonly ChartMetric[]
}

/** A chart that can never have a line is not shown. */
export function chartsOf({ latest, capabilities }: Pick<Miner, 'latest' | 'capabilities'>): readonly Chart[] {
  const regulator = latest === null || latest.vr_temperature_c !== null
  const metered = capabilities.measures_power || (latest !== null && latest.power_w !== null)
  const turnsOnly = latest !== null && latest.fan_pct === null && latest.fan_rpm !== null
  const fan = latest === null || latest.fan_pct !== null || latest.fan_rpm !== null
  return [
    { id: 'hashrate', metrics: ['hashrate'] },
    { id: 'temperature', metrics: regulator ? ['temperature', 'vr_temperature'] : ['temperature'] },
    ...(metered ? [{ id: 'power' as const, metrics: ['power' as const] }] : []),
    ...(fan
      ? [{ id: 'fan' as const, metrics: [turnsOnly ? ('fan_rpm' as const) : ('fan_pct' as const)] }]
      : []),
  ]
}

/** What was stored, more finely where the page looks closer, and the newest reading at its end. */
export function pointsOf(
  whole: Series | undefined,
  closer: Series | undefined,
  zoom: Span | undefined,
  newest: ChartPoint | undefined,
): readonly ChartPoint[] {
  const stored = joinedPoints(whole?.points ?? [], closer?.points, zoom)
  const last = stored.at(-1)
  const isNewer = newest && (last === undefined || timeOf(newest) > timeOf(last))
  return isNewer ? [...stored, newest] : stored
}

function joinedPoints(
  coarse: readonly ChartPoint[],
  fine: readonly ChartPoint[] | undefined,
  zoom: Span | undefined,
): readonly ChartPoint[] {
  if (!zoom || !fine || fine.length === 0) {
    return coarse
  }
  const [from, to] = zoom
  return [
    ...coarse.filter((point) => timeOf(point) < from),
    ...fine.filter((point) => timeOf(point) >= from && timeOf(point) <= to),
    ...coarse.filter((point) => timeOf(point) > to),
  ]
}

const timeOf = (point: ChartPoint) => point[0] ?? Number.NaN

/** The last reading as a point, if it can be believed and says this. */
export function newestPoint(
  { latest, stale }: Pick<Miner, 'latest' | 'stale'>,
  metric: ChartMetric,
): ChartPoint | undefined {
  const value = latest && !stale ? LINES[metric].newest(latest) : null
  return latest && value !== null ? [Date.parse(latest.at), value, value, value] : undefined
}

export interface Summary {
  least: string
  mean: string
  most: string
}

/** Least, mean and most of what can be seen; nothing where nothing is known. */
export function summaryOf(
  points: readonly ChartPoint[],
  [from, to]: Span,
  format: (value: number) => Quantity,
): Summary | undefined {
  const seen = points.filter((point) => timeOf(point) >= from && timeOf(point) <= to)
  const known = (index: 1 | 2 | 3) => seen.flatMap((point) => point[index] ?? [])
  const [leasts, means, mosts] = [known(1), known(2), known(3)]
  if (means.length === 0) {
    return undefined
  }
  const say = (value: number) => joined(format(value))
  return {
    least: say(leasts.reduce((a, b) => Math.min(a, b))),
    mean: say(means.reduce((a, b) => a + b, 0) / means.length),
    most: say(mosts.reduce((a, b) => Math.max(a, b))),
  }
}
