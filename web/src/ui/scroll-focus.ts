import { type RefCallback, useCallback, useState } from 'react'

interface Props {
  ref: RefCallback<HTMLElement>
  tabIndex?: number
  role?: 'group'
  'aria-label'?: string
}

/**
 * A box that scrolls must be within reach of the keyboard, and have a name there; one that does not scroll must not
 * stand in the way. Spread the result on the box.
 */
export function useScrollFocus(label: string): Props {
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
  return scrolls ? { ref, tabIndex: 0, role: 'group', 'aria-label': label } : { ref }
}
