import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getHouseQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { putHouse } from '@/api/generated/sdk.gen.ts'
import type { HouseChange, HouseSettings } from '@/api/generated/types.gen.ts'
import { newKey } from '@/lib/key.ts'

/** Saves some of the settings; the others stay as they were read. */
export function useSaveHouse() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async ({ house, change }: { house: HouseSettings; change: Partial<HouseChange> }) => {
      const { locked: _, ...kept } = house
      const headers = { 'Idempotency-Key': newKey() }
      return (await putHouse({ body: { ...kept, ...change }, headers, throwOnError: true })).data
    },
    onSuccess: (saved) => cache.setQueryData(getHouseQueryKey(), saved),
  })
}
