import { useEffect, useEffectEvent, useRef, useState } from 'react'

/**
 * Calls back after a time in which nobody looked closer: the pointer above it, the focus inside of it
 * or a page in the background stop the clock. Spread the result on the element.
 */
export function useCountdown(ms: number | undefined, onEnd: () => void) {
  const [held, setHeld] = useState(false)
  const left = useRef(ms)
  const end = useEffectEvent(onEnd)
  useEffect(() => {
    if (held || left.current === undefined) {
      return
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    let since = 0
    const stop = () => {
      if (timer !== undefined && left.current !== undefined) {
        clearTimeout(timer)
        timer = undefined
        left.current -= performance.now() - since
      }
    }
    const go = () => {
      if (document.hidden) {
        stop()
      } else if (timer === undefined) {
        since = performance.now()
        timer = setTimeout(end, left.current)
      }
    }
    go()
    document.addEventListener('visibilitychange', go)
    return () => {
      document.removeEventListener('visibilitychange', go)
      stop()
    }
  }, [held])
  return {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  }
}
