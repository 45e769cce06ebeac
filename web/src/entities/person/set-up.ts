import type { QueryClient } from '@tanstack/react-query'
import { setupStatusOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'

const OVER = 404
/** The way to the door asks, and so does the door. */
const ASKED_MS = 5_000

/** Whether the first administrator is still to be made. Afterwards the manager has nothing at this address. */
export async function isSetUpNeeded(cache: QueryClient): Promise<boolean> {
  const options = setupStatusOptions()
  try {
    return (await cache.fetchQuery({ ...options, staleTime: ASKED_MS })).needed
  } catch (error) {
    if (asProblem(error).status === OVER) {
      cache.setQueryData(options.queryKey, { needed: false, restored: false })
      return false
    }
    throw error
  }
}
