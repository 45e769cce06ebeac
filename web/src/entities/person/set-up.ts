import type { QueryClient } from '@tanstack/react-query'
import { setupStatusOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { SetupStatus } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'

const OVER = 404
/** The way to the door asks, and so does the door. */
const ASKED_MS = 5_000

/** Whether the first administrator is still to be made. Afterwards the manager has nothing at this address. */
export async function setUpStatus(cache: QueryClient, asked = ASKED_MS): Promise<SetupStatus> {
  const options = setupStatusOptions()
  try {
    return await cache.fetchQuery({ ...options, staleTime: asked })
  } catch (error) {
    if (asProblem(error).status === OVER) {
      const over: SetupStatus = { needed: false, restored: false }
      cache.setQueryData(options.queryKey, over)
      return over
    }
    throw error
  }
}

export const isSetUpNeeded = async (cache: QueryClient): Promise<boolean> => (await setUpStatus(cache)).needed
