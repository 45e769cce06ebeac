import { type ReactNode, startTransition, useEffect, useState } from 'react'

/**
 * What stands below the first things of a page: made right after them, in small steps between which the browser answers
 * taps. Below it stands at most another one, which comes together with it: anything else would be pushed down.
 */
export function Later({ children }: { children: ReactNode }) {
  const [ready, setReady] = useState(false)
  useEffect(() => startTransition(() => setReady(true)), [])
  return ready ? children : null
}
