import { keepPreviousData, type UseQueryResult, useQueries } from '@tanstack/react-query'
import { series } from '@/api/generated/sdk.gen.ts'
import type { Series, SeriesAnswer } from '@/api/generated/types.gen.ts'

/** The shape of the last hours beside each miner: asked for those in sight alone, many miners in one call. */

/** As many as one call may name. */
export const CHUNK = 50
const SPAN_MS = 6 * 3_600_000
const POINTS = 36
const FRESH_MS = 5 * 60_000

export type Spark = readonly (number | null)[]

/** `ids` in the order in which they are cut into calls; `chunks` are the numbers of those in sight. */
export function useSparks(ids: readonly number[], chunks: readonly number[]): ReadonlyMap<number, Spark> {
  return useQueries({
    queries: chunks.map((chunk) => {
      const named = ids.slice(chunk * CHUNK, (chunk + 1) * CHUNK).join(',')
      return {
        queryKey: ['sparks', named],
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const to = Date.now()
          const from = to - SPAN_MS
          const { data } = await series({
            query: {
              miner_ids: named,
              metric: 'hashrate',
              points: POINTS,
              from: new Date(from).toISOString(),
              to: new Date(to).toISOString(),
            },
            signal,
            throwOnError: true,
          })
          return sparksOf(data, from, to)
        },
        staleTime: FRESH_MS,
        refetchInterval: FRESH_MS,
        placeholderData: keepPreviousData,
        structuralSharing: false,
      }
    }),
    combine: together,
  })
}

type Sparks = ReadonlyMap<number, Spark>

const together = (results: UseQueryResult<Sparks>[]): Sparks =>
  new Map(results.flatMap(({ data }) => (data ? [...data] : [])))

export function sparksOf(answer: SeriesAnswer, from: number, to: number): Sparks {
  const items = 'items' in answer ? answer.items : [answer]
  return new Map(
    items.flatMap((item) => (item.miner_id === null ? [] : [[item.miner_id, evenly(item, from, to)]])),
  )
}

/** One place for each bucket, empty where nothing was measured: a gap must not look like a straight line. */
function evenly({ points, resolution_s }: Series, from: number, to: number): Spark {
  const step = Math.max(resolution_s * 1000, 1)
  const first = Math.floor(from / step)
  const places = Array.from({ length: Math.floor(to / step) - first + 1 }, (): number | null => null)
  for (const [at, , mean] of points) {
    const place = Math.floor((at ?? Number.NaN) / step) - first
    if (place >= 0 && place < places.length) {
      places[place] = mean ?? null
    }
  }
  return places
}
