import { useCallback, useSyncExternalStore } from 'react'

const DAY_MS = 86_400_000

/**
 * The time, told again every so often: for ages and countdowns. It stands at the last full step. While `every` is
 * undefined no clock runs, and the time is good for nothing finer than the day.
 */
export function useNow(every: number | undefined): number {
  const step = every ?? DAY_MS
  const subscribe = useCallback(
    (tell: () => void) => {
      const timer = every === undefined ? undefined : setInterval(tell, every)
      return () => clearInterval(timer)
    },
    [every],
  )
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / step) * step)
}
