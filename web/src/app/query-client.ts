import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from '@/api/problem.ts'

const RETRIES = 2
/** What the feed does not keep fresh is asked again when somebody looks after so long. */
const STALE_MS = 30_000

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // Asking again helps when nobody answered, never when the answer was no.
        retry: (count, error) => count < RETRIES && mayPass(error),
      },
    },
  })
}

function mayPass(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 0 || error.problem.status >= 502)
}
