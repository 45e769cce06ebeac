import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefCallback, useCallback, useState } from 'react'
import type { Line } from './rows.ts'
import { useWalk } from './use-walk.ts'

/** Lines beyond the edge of the window that are there already when somebody scrolls. */
const AHEAD = 8

/** What lies above the list while it scrolls: the head of the page and that of the table. */
const HEADS = 112
const EDGE = 16

export interface Shown {
  line: Line
  index: number
  /** Empty room before it, in pixels: lines that nobody sees are not there. */
  gap: number
}

/** Heights at the usual setting of the browser, in pixels. */
type Heights = Record<Line['kind'], number>

/**
 * The lines in sight of a list that scrolls with the page. `holder` belongs on the element that holds the lines; each of
 * them carries `data-line`.
 */
export function useLines(lines: readonly Line[], heights: Heights) {
  const [margin, setMargin] = useState(0)
  // The line that has the focus stays, however far one scrolls.
  const [held, setHeld] = useState<number>()
  const scale = rootScale()
  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised here that comes from it
  const virtual = useWindowVirtualizer<HTMLElement>({
    count: lines.length,
    estimateSize: (index) => heights[lines[index]?.kind ?? 'miners'] * scale,
    getItemKey: (index) => lines[index]?.key ?? index,
    scrollMargin: margin,
    overscan: AHEAD,
    scrollPaddingStart: HEADS,
    scrollPaddingEnd: EDGE,
    useFlushSync: false,
    rangeExtractor: (range) => withHeld(range, held),
  })
  const ref: RefCallback<HTMLElement> = useCallback((box) => {
    if (!box) {
      return
    }
    const measure = () => setMargin(Math.round(box.getBoundingClientRect().top + window.scrollY))
    // Whatever appears above the list makes the page longer.
    const watcher = new ResizeObserver(measure)
    watcher.observe(document.body)
    measure()
    return () => watcher.disconnect()
  }, [])
  const items = virtual.getVirtualItems()
  const shown = items.flatMap((item, place): Shown[] => {
    const line = lines[item.index]
    const before = items[place - 1]?.end ?? margin
    return line ? [{ line, index: item.index, gap: item.start - before }] : []
  })
  const end = items.at(-1)?.end ?? margin
  const walk = useWalk(lines, setHeld, (line) => virtual.scrollToIndex(line))
  return { holder: { ref, ...walk }, shown, after: virtual.getTotalSize() + margin - end }
}

function withHeld(range: Range, held: number | undefined): number[] {
  const seen = defaultRangeExtractor(range)
  if (held === undefined || held >= range.count || seen.includes(held)) {
    return seen
  }
  return [...seen, held].toSorted((a, b) => a - b)
}

/** Somebody who sets larger letters in the browser gets higher lines. */
function rootScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
}
