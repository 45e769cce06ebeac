import { QueryCache, QueryClient } from '@tanstack/react-query'
import { meQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { ProblemError } from '@/api/problem.ts'

const SIGN_IN_REQUIRED = 401
const RETRIES = 2
/** What the feed does not keep fresh is asked again when somebody looks after so long. */
const STALE_MS = 30_000

/** `onSignedOut`: a session that was there has ended, here or from elsewhere. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const cache = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        const ended = error instanceof ProblemError && error.problem.status === SIGN_IN_REQUIRED
        if (ended && cache.getQueryData(meQueryKey())) {
          cache.clear()
          onSignedOut()
        }
      },
    }),
    defaultOptions: {
      // What the browser thinks of the network says nothing about a house on it: it is asked, and what does not arrive has
      // failed. Above all, no command waits in the page for a network that comes back hours later.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: STALE_MS,
        // Asking again helps when nobody answered, never when the answer was no.
        retry: (count, error) => count < RETRIES && mayPass(error),
      },
    },
  })
  return cache
}

function mayPass(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 0 || error.problem.status >= 502)
}
