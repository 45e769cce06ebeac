import { queryOptions, useQuery } from '@tanstack/react-query'
import { getSystem } from '@/api/generated/sdk.gen.ts'
import type { SystemNow } from '@/api/generated/types.gen.ts'
import { HOUSE_NOW_KEY } from './apply-event.ts'

/** Operation mode, problems, demo or not: what every page shows of the house. The feed keeps it fresh. */
export const houseNowOptions = queryOptions({
  queryKey: HOUSE_NOW_KEY,
  queryFn: async ({ signal }): Promise<SystemNow> => {
    const { data } = await getSystem({ signal, throwOnError: true })
    return { ...data, problems: data.problems.map((problem) => problem.kind) }
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export function useHouseNow(): SystemNow | undefined {
  return useQuery(houseNowOptions).data
}
