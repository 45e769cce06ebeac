import { useMutation, useQueryClient } from '@tanstack/react-query'
import { addMiner } from '@/api/generated/sdk.gen.ts'
import type { InspectedMiner, Miner } from '@/api/generated/types.gen.ts'
import { newKey } from '@/lib/key.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { type NameForm, toRequest } from './model.ts'

/** Adds what answered. The manager asks it once more who it is, so that nobody else comes in under its name. */
export function useAdd(found: InspectedMiner) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (form: NameForm): Promise<Miner> => {
      const headers = { 'Idempotency-Key': newKey() }
      return (await addMiner({ body: toRequest(form, found), headers, throwOnError: true })).data
    },
    onSuccess: (miner) =>
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      ),
  })
}
