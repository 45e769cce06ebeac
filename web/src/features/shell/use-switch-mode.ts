import { useMutation, useQueryClient } from '@tanstack/react-query'
import { putMode } from '@/api/generated/sdk.gen.ts'
import type { OperationMode, SystemNow } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'
import { houseNowOptions } from '@/live/house-now.ts'

/** Changes who may move the hardware. */
export function useSwitchMode() {
  const cache = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (mode: OperationMode) => {
      await putMode({ body: { mode }, headers: { 'Idempotency-Key': newKey() }, throwOnError: true })
      return mode
    },
    // The feed says so too; where it is away the page must not go on showing the old one.
    onSuccess: (mode) =>
      cache.setQueryData(houseNowOptions.queryKey, (now: SystemNow | undefined) => now && { ...now, mode }),
  })
  return { switchTo: mutate, busy: isPending, problem: error ? asProblem(error) : undefined }
}
