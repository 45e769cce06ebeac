import { client } from './generated/client.gen.ts'
import { asProblem, ProblemError, problemOf } from './problem.ts'

/**
 * Sets the generated client up, once, before the first call. Addresses are relative to the page's base, so that the
 * manager may live below a path of a larger site.
 */
export function prepareClient(): void {
  client.setConfig({
    baseUrl: new URL('.', document.baseURI).href.replace(/\/$/, ''),
    credentials: 'same-origin',
    throwOnError: true,
  })
  client.interceptors.error.use((error, response) =>
    // Without a response nothing answered at all; a page that was left or a query that was dropped is not a failure.
    response
      ? new ProblemError({ ...problemOf(response.status, error), ...retryAfter(response) })
      : interrupted(error),
  )
}

function retryAfter({ headers }: Response): { retryAfterS?: number } {
  const seconds = Number(headers.get('Retry-After'))
  return seconds > 0 ? { retryAfterS: seconds } : {}
}

function interrupted(error: unknown): unknown {
  return error instanceof DOMException && error.name === 'AbortError'
    ? error
    : new ProblemError(asProblem(error))
}
