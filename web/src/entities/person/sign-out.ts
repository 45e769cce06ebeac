import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { logout } from '@/api/generated/sdk.gen.ts'
import { asProblem, type Problem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'
import { forgetLastKnown } from '@/live/last-known.ts'

const SIGNED_OUT_ALREADY = 401

/** Ends the session and leaves nothing of it on this device. */
export function useSignOut(onTrouble: (problem: Problem) => void): () => Promise<void> {
  const cache = useQueryClient()
  const router = useRouter()
  return async () => {
    try {
      await logout({ headers: { 'Idempotency-Key': newKey() }, throwOnError: true })
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status !== SIGNED_OUT_ALREADY) {
        onTrouble(problem)
        return
      }
    }
    // First the page, then what it shows: an empty cache under an open page would be asked for again.
    await router.navigate({ to: '/sign-in' })
    cache.clear()
    forgetLastKnown()
  }
}
