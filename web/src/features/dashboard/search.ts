import { RANGES, type Range } from '@/lib/ranges.ts'

/** What the address bar holds of this page. Read by the route before anything of the page is loaded: keep it small. */

export const METRICS = ['hashrate', 'power'] as const
export type Metric = (typeof METRICS)[number]

export interface DashboardSearch {
  /** `24h`, when absent. */
  range?: Range
  /** `hashrate`, when absent. */
  metric?: Metric
  /** The one with most miners, when absent. */
  algorithm?: string
}

/** What cannot be used is left out: an old or mistyped address still opens the page. */
export function dashboardSearch({ range, metric, algorithm }: Record<string, unknown>): DashboardSearch {
  const knownRange = RANGES.find((known) => known === range)
  const knownMetric = METRICS.find((known) => known === metric)
  return {
    ...(knownRange ? { range: knownRange } : {}),
    ...(knownMetric ? { metric: knownMetric } : {}),
    ...(typeof algorithm === 'string' ? { algorithm } : {}),
  }
}
