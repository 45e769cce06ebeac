import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import {
  listCommandsInfiniteOptions,
  listCommandsOptions,
  listCommandsQueryKey,
  rawOptions,
  rawQueryKey,
} from '@/api/generated/@tanstack/react-query.gen.ts'
import { changeMiner, latest, minerSeries, modes, removeMiner } from '@/api/generated/sdk.gen.ts'
import type { Miner, MinerChange, PageCommand } from '@/api/generated/types.gen.ts'
import { isSettled } from '@/entities/miner/commands.ts'
import { newKey } from '@/lib/key.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { useLiveStatus } from '@/live/status.ts'
import type { Span } from '@/ui/charts/types.ts'
import { type ChartMetric, POINTS } from './charts.ts'

/** What a device can do changes with its firmware and not otherwise. */
export function useModes({ id, firmware }: Pick<Miner, 'id' | 'firmware'>) {
  return useQuery({
    queryKey: ['modes', id, firmware],
    queryFn: async ({ signal }) => (await modes({ path: { id }, signal, throwOnError: true })).data,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Everything the device said in its last reply: asked again with each reading that the feed tells of. */
export function useTelemetry({ id, latest: short }: Pick<Miner, 'id' | 'latest'>) {
  return useQuery({
    queryKey: ['telemetry', id, short?.at],
    queryFn: async ({ signal }) => (await latest({ path: { id }, signal, throwOnError: true })).data,
    enabled: short !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })
}

/**
 * One series for each metric, over one span; `undefined` asks nothing. While the span moves on with time, what was there
 * stays until the rest has come.
 */
export function useSeries(
  id: number,
  metrics: readonly ChartMetric[],
  span: Span | undefined,
  moves: boolean,
) {
  const [from, to] = span ?? [0, 0]
  const query = { points: POINTS, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  return useQuery({
    queryKey: ['minerSeries', id, ...metrics, from, to],
    queryFn: ({ signal }) =>
      Promise.all(
        metrics.map(
          async (metric) =>
            (await minerSeries({ path: { id }, query: { ...query, metric }, signal, throwOnError: true }))
              .data,
        ),
      ),
    enabled: span !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: moves ? keepPreviousData : undefined,
  })
}

const ASK_LIVE_MS = 10_000
const ASK_ALONE_MS = 2_000
const LATELY = 10

/** What was sent lately. The feed tells changes; asking is for what it may have missed while something is under way. */
export function useRecentCommands(id: number, enabled: boolean) {
  const alone = useLiveStatus().kind !== 'live'
  return useQuery({
    ...listCommandsOptions({ query: { miner_id: id, limit: LATELY } }),
    enabled,
    refetchInterval: ({ state }) => {
      const underWay = state.data?.items.some((command) => !isSettled(command.state))
      return underWay ? (alone ? ASK_ALONE_MS : ASK_LIVE_MS) : false
    },
  })
}

/** After something was sent: a feed that is away would not tell of it. */
export function useSentSomething(): () => void {
  const cache = useQueryClient()
  return () => void cache.invalidateQueries({ queryKey: listCommandsQueryKey() })
}

const HISTORY_PAGE = 50

/** All that was ever sent, newest first, page by page. */
export function useCommandHistory(id: number) {
  return useInfiniteQuery({
    ...listCommandsInfiniteOptions({ query: { miner_id: id, limit: HISTORY_PAGE } }),
    initialPageParam: {},
    getNextPageParam: (last: PageCommand) => last.next ?? undefined,
  })
}

/** The last reply as received. Held still while it is read: a new one comes when it is asked for. */
export function useRaw(id: number) {
  return useQuery({
    ...rawOptions({ path: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  })
}

/** Asks the device now, and shows its reply. */
export function useAskNow(id: number) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      await latest({ path: { id }, query: { live: true }, throwOnError: true })
      await cache.refetchQueries({ queryKey: rawQueryKey({ path: { id } }) })
    },
  })
}

const once = () => ({ 'Idempotency-Key': newKey() })

/** Name, address, tags and permissions. */
export function useChangeMiner(id: number) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (body: MinerChange) =>
      (await changeMiner({ path: { id }, body, headers: once(), throwOnError: true })).data,
    onSuccess: (miner) =>
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      ),
  })
}

/** As it runs, in standard mode, or with the settings it came with. */
export type LeaveAs = 'leave' | 'standard' | 'as_found'

export interface Farewell {
  leave: LeaveAs
  history: 'keep' | 'delete'
}

/** The API's word. Written out it would make the query look like a promise. */
// oxlint-disable-next-line unicorn/no-thenable -- it is a query, and nobody awaits it
const AFTERWARDS = 'then'

export function useRemoveMiner(id: number) {
  return useMutation({
    mutationFn: async ({ leave, history }: Farewell) => {
      const query = { [AFTERWARDS]: leave, history }
      await removeMiner({ path: { id }, query, headers: once(), throwOnError: true })
    },
  })
}

/** Takes a removed miner off the page; the feed may say it a moment later. */
export function useForgetMiner(): (id: number) => void {
  const cache = useQueryClient()
  return (id) =>
    cache.setQueryData(fleetOptions.queryKey, (fleet) => fleet && withMiners(fleet, [], [id], Date.now()))
}
