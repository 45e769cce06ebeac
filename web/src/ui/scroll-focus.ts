import { type RefCallback, useCallback, useState } from 'react'

/**
 * A box that scrolls must be within reach of the keyboard; one that does not must not stand in its way.
 * Spread the result on the box.
 */
export function useScrollFocus(): { ref: RefCallback<HTMLElement>; tabIndex?: number } {
  const [scrolls, setScrolls] = useState(false)
  const ref = useCallback((box: HTMLElement | null) => {
    if (!box) {
      return
    }
    const watcher = new ResizeObserver(() =>
      setScrolls(box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight),
    )
    watcher.observe(box)
    for (const child of box.children) {
      watcher.observe(child)
    }
    return () => watcher.disconnect()
  }, [])
  return scrolls ? { ref, tabIndex: 0 } : { ref }
}
