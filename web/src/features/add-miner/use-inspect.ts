import { useMutation } from '@tanstack/react-query'
import { inspectMiner } from '@/api/generated/sdk.gen.ts'
import type { InspectedMiner, MinerInspect } from '@/api/generated/types.gen.ts'
import { newKey } from '@/lib/key.ts'

/** Asks who answers at an address. Nothing is added by that, and nothing written to the device. */
export function useInspect() {
  return useMutation({
    mutationFn: async (body: MinerInspect): Promise<InspectedMiner> => {
      const headers = { 'Idempotency-Key': newKey() }
      return (await inspectMiner({ body, headers, throwOnError: true })).data
    },
  })
}
