import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { series } from '@/api/generated/sdk.gen.ts'
import type { AlgorithmTotals } from '@/entities/miner/figures.ts'
import { type Range, SPAN_MS } from '@/lib/ranges.ts'
import type { ChartPoint } from '@/ui/charts/types.ts'
import type { Metric } from './search.ts'

const POINTS = 400
/** How often what was stored is asked for again while somebody looks. */
const AGAIN_LEAST_MS = 60_000
const AGAIN_MOST_MS = 15 * 60_000

export interface Asked {
  range: Range
  metric: Metric
  algorithm: string
}

/** One algorithm's fleet over time, as it was stored. */
export function useFleetSeries({ range, metric, algorithm }: Asked) {
  const span = SPAN_MS[range]
  const again = Math.min(AGAIN_MOST_MS, Math.max(AGAIN_LEAST_MS, span / POINTS))
  return useQuery({
    queryKey: ['fleet-series', range, metric, algorithm],
    queryFn: async ({ signal }) => {
      const to = Date.now()
      const from = to - span
      const query = {
        scope: 'fleet',
        algorithm,
        metric,
        points: POINTS,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      }
      const { data } = await series({ query, signal, throwOnError: true })
      if ('items' in data) {
        throw new Error('asked for the fleet, and miners were answered')
      }
      return { from, to, points: data.points as readonly ChartPoint[], step: data.resolution_s * 1000 }
    },
    staleTime: again,
    refetchInterval: again,
    placeholderData: keepPreviousData,
  })
}

/** The live end grows by one point in so many milliseconds, whatever the feed's pace. */
const TAIL_STEP_MS = 5_000
/** Older than this is stored, and comes from there. */
const TAIL_MOST = 720

/** What the page has seen since it was opened: it goes on where the stored part ends. */
export function useTail(key: string, at: number, value: number | null): readonly ChartPoint[] {
  const [tail, setTail] = useState<{ key: string; points: readonly ChartPoint[] }>({ key, points: [] })
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- it remembers what passes by; there is nothing to derive it from
    setTail((before) => {
      const points = before.key === key ? before.points : []
      const last = points.at(-1)?.[0] ?? 0
      return at - last < TAIL_STEP_MS
        ? before
        : { key, points: [...points, pointAt(at, value)].slice(-TAIL_MOST) }
    })
  }, [key, at, value])
  return tail.key === key ? tail.points : []
}

const pointAt = (at: number, value: number | null): ChartPoint => [at, value, value, value]

/** The stored part, then what has been seen since. */
export function joinTail(stored: readonly ChartPoint[], tail: readonly ChartPoint[]): readonly ChartPoint[] {
  const end = stored.at(-1)?.[0] ?? 0
  return [...stored, ...tail.filter(([at]) => (at ?? 0) > end)]
}

export function metricOf(totals: AlgorithmTotals, metric: Metric): number | null {
  return (metric === 'hashrate' ? totals.hashrate_hs : totals.power_w).value
}

/** Least, mean and most of what is shown; nothing where nothing is known. */
export function summaryOf(points: readonly ChartPoint[]) {
  const known = (index: 1 | 2 | 3) => points.flatMap((point) => point[index] ?? [])
  const means = known(2)
  return means.length === 0
    ? undefined
    : {
        least: known(1).reduce((a, b) => Math.min(a, b)),
        mean: means.reduce((a, b) => a + b, 0) / means.length,
        most: known(3).reduce((a, b) => Math.max(a, b)),
      }
}
