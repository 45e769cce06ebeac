import { useState } from 'react'

interface Attempt<E> {
  busy: boolean
  failure: E | undefined
  run: (action: () => Promise<void>) => Promise<void>
}

/** One thing being tried: whether it is under way, and why it last failed. */
export function useAttempt<E>(explain: (error: unknown) => E): Attempt<E> {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<E>()
  const run = async (action: () => Promise<void>) => {
    setBusy(true)
    setFailure(undefined)
    try {
      await action()
    } catch (error) {
      setFailure(explain(error))
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, run }
}
