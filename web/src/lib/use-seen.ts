import { type RefCallback, useCallback, useState } from 'react'

/** So far below the window work begins, to be done when it comes into sight. */
const AHEAD = '300px'

/** Whether the element that gets `ref` has been near the window: what nobody scrolls to need not be made. */
export function useSeen(): { ref: RefCallback<HTMLElement>; seen: boolean } {
  const [seen, setSeen] = useState(false)
  const ref: RefCallback<HTMLElement> = useCallback((box) => {
    if (!box) {
      return
    }
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          setSeen(true)
          watcher.disconnect()
        }
      },
      { rootMargin: AHEAD },
    )
    watcher.observe(box)
    return () => watcher.disconnect()
  }, [])
  return { ref, seen }
}
