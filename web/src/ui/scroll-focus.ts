import { type RefCallback, useCallback, useState } from 'react'

interface Props {
  ref: RefCallback<HTMLElement>
  tabIndex?: number
  role?: 'group'
}

type Name = { 'aria-label': string } | { 'aria-labelledby': string }

/**
 * A box that scrolls must be within reach of the keyboard, and have a name there; one that does not scroll must not
 * stand in the way. Spread the result on the box.
 */
export function useScrollFocus(name: Name): Props & Partial<Name> {
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
  return scrolls ? { ref, tabIndex: 0, role: 'group', ...name } : { ref }
}
