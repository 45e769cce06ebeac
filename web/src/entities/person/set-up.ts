import type { QueryClient } from '@tanstack/react-query'
import { setupStatusOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'

const OVER = 404

/** Whether the first administrator is still to be made. Afterwards the manager has nothing at this address. */
export async function isSetUpNeeded(cache: QueryClient): Promise<boolean> {
  try {
    return (await cache.fetchQuery({ ...setupStatusOptions(), staleTime: 0 })).needed
  } catch (error) {
    if (asProblem(error).status === OVER) {
      return false
    }
    throw error
  }
}
