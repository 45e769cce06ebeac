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
    const from = router.state.location.href
    // First the page, then the session: what is still shown would ask in vain, and be asked to sign in by itself.
    await router.navigate({ to: '/sign-in' })
    try {
      await logout({ headers: { 'Idempotency-Key': newKey() }, throwOnError: true })
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status !== SIGNED_OUT_ALREADY) {
        onTrouble(problem)
        await router.navigate({ href: from, replace: true })
        return
      }
    }
    cache.clear()
    forgetLastKnown()
  }
}
