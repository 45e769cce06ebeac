import { type RefCallback, useCallback, useState } from 'react'

const CARD_LEAST = 300
const GAP = 12
const MOST = 4

/** How many cards fit side by side into the element that gets `ref`. */
export function useColumns(): { ref: RefCallback<HTMLElement>; columns: number } {
  const [columns, setColumns] = useState(1)
  const ref: RefCallback<HTMLElement> = useCallback((box) => {
    if (!box) {
      return
    }
    const measure = () => setColumns(fitting(box.clientWidth))
    const watcher = new ResizeObserver(measure)
    watcher.observe(box)
    measure()
    return () => watcher.disconnect()
  }, [])
  return { ref, columns }
}

const fitting = (width: number) => Math.min(MOST, Math.max(1, Math.floor((width + GAP) / (CARD_LEAST + GAP))))
