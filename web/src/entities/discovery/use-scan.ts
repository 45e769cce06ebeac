import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { listJobsOptions, listJobsQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { cancelJob, listResults, putHouse, scan } from '@/api/generated/sdk.gen.ts'
import type { HouseSettings, Job } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'

const SCAN = 'discovery_scan'
/** The feed says how far a scan is; what it has found is asked for. */
const ASK_RESULTS_MS = 1_000
const RESULTS_MOST = 1_000

const once = () => ({ headers: { 'Idempotency-Key': newKey() }, throwOnError: true as const })

const isUnderWay = (job: Job | undefined) => job?.state === 'queued' || job?.state === 'running'

export const FOUND_KEY = ['found'] as const

/** What has been found, asked anew for each look round and again at its end: the last finds come with it. */
const foundOptions = (job: Job | undefined) =>
  queryOptions({
    queryKey: [...FOUND_KEY, job?.id, isUnderWay(job)],
    queryFn: async ({ signal }) =>
      (await listResults({ query: { limit: RESULTS_MOST }, signal, throwOnError: true })).data.items,
    placeholderData: keepPreviousData,
    refetchInterval: isUnderWay(job) ? ASK_RESULTS_MS : false,
    staleTime: 0,
  })

/**
 * The newest look round and what it has found. It is the manager's and not this page's: whoever leaves in the middle
 * finds it again.
 */
export function useScan() {
  const cache = useQueryClient()
  const { data: jobs } = useQuery(listJobsOptions())
  const job = jobs?.items.find(({ kind }) => kind === SCAN)
  const underWay = isUnderWay(job)
  const results = useQuery(foundOptions(job))
  const start = useMutation({
    mutationFn: async ({ house, ranges }: { house: HouseSettings; ranges: string[] }) => {
      const { locked: _, ...kept } = house
      if (ranges.join() !== kept.home_ranges.join() && !house.locked.includes('home_ranges')) {
        // Kept first: the next look round goes to the same place without being told.
        await putHouse({ body: { ...kept, home_ranges: ranges }, ...once() })
      }
      await scan({ body: { ranges }, ...once() })
    },
    onSettled: () => cache.invalidateQueries({ queryKey: listJobsQueryKey() }),
  })
  const stop = useMutation({
    mutationFn: async (id: number) => {
      await cancelJob({ path: { id }, ...once() })
    },
  })
  const error = start.error ?? stop.error ?? results.error
  return {
    job,
    underWay,
    found: results.data,
    /** What is shown may still be of the look round before. */
    settled: !underWay && !results.isPlaceholderData && !results.isFetching,
    problem: error ? asProblem(error) : undefined,
    start: start.mutate,
    starting: start.isPending,
    stop: stop.mutate,
    stopping: stop.isPending,
  }
}
