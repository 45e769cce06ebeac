import { useMutation, useQueryClient } from '@tanstack/react-query'
import { enterDemo, leaveDemo } from '@/api/generated/sdk.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'
import { forgetLastKnown } from '@/live/last-known.ts'

/** Another house answers at the same address: nothing that is known of the one before may stay. */
function useMove(move: (code: string | undefined) => Promise<unknown>) {
  const cache = useQueryClient()
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: move,
    onSuccess: () => {
      cache.clear()
      forgetLastKnown()
      window.location.assign(document.baseURI)
    },
  })
  // Also while the other house is loading: a second press would only be lost.
  return { move: mutate, busy: isPending || isSuccess, problem: error ? asProblem(error) : undefined }
}

/** Opens the demo house beside the real one. Before there is an administrator it takes the set-up code. */
export const useEnterDemo = () =>
  useMove((code) =>
    enterDemo({
      body: code === undefined ? {} : { code },
      headers: { 'Idempotency-Key': newKey() },
      throwOnError: true,
    }),
  )

/** Goes back to the real house; of the demo nothing stays. */
export const useLeaveDemo = () => useMove(() => leaveDemo({ throwOnError: true }))
