import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { meOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem, isUnreachable } from '@/api/problem.ts'
import { isSetUpNeeded } from '@/entities/person/set-up.ts'
import { recallLastKnown } from '@/live/last-known.ts'
import { liveStatus } from '@/live/status.ts'

const SIGN_IN_REQUIRED = 401

/**
 * Lets in whoever is signed in, and leads everybody else to where they can do that; then back to `next`. Where the house
 * cannot be reached, whoever was signed in last on this device sees what was known then, marked as old.
 */
export async function entrance(cache: QueryClient, next: string): Promise<void> {
  try {
    // Asked once: without an answer the last known state is there at once, and where there is none the page asks again.
    await cache.ensureQueryData({ ...meOptions(), staleTime: Number.POSITIVE_INFINITY, retry: false })
  } catch (error) {
    const problem = asProblem(error)
    if (isUnreachable(problem)) {
      const since = recallLastKnown(cache)
      if (since !== undefined) {
        liveStatus.set({ kind: 'offline', since })
        return
      }
    }
    if (problem.status !== SIGN_IN_REQUIRED) {
      throw error
    }
    if (await isSetUpNeeded(cache)) {
      throw redirect({ to: '/set-up' })
    }
    throw redirect({ to: '/sign-in', search: next === '/' ? {} : { next } })
  }
}
