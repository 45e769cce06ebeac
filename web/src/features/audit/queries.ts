import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { verifyAuditOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { listAudit, listEvents } from '@/api/generated/sdk.gen.ts'
import { type AuditSearch, span } from './search.ts'

const PAGE = 50
/** The newest lines are asked for again this often while somebody looks; the log itself is not told live. */
const AGAIN_MS = 15_000

/** Lines of the audit log, newest first. */
export function useAudit(search: AuditSearch) {
  const { actor, entity, action } = search
  const query = { actor, entity, action, ...span(search), limit: PAGE }
  return useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: async ({ pageParam, signal }) =>
      (await listAudit({ query: { ...query, cursor: pageParam }, signal, throwOnError: true })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // Whoever has gone further back reads; new lines on top would push what they read away.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : AGAIN_MS),
  })
}

/** What happened, newest first. The feed says when there is more. */
export function useEvents({ level }: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ['events', level],
    queryFn: async ({ pageParam, signal }) =>
      (await listEvents({ query: { level, limit: PAGE, cursor: pageParam }, signal, throwOnError: true }))
        .data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : AGAIN_MS),
  })
}

/** Walks the whole chain; only when somebody asks for it. */
export function useVerdict() {
  return useQuery({ ...verifyAuditOptions(), enabled: false, staleTime: 0, gcTime: 0 })
}
