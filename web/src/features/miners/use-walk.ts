import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef } from 'react'
import type { Line } from './rows.ts'

const PAGE = 10

/** Up and down through the list with the arrow keys, as far as it goes: the next line may not be there yet. */
export function useWalk(
  lines: readonly Line[],
  setHeld: (line: number | undefined) => void,
  bringIntoSight: (line: number) => void,
) {
  const awaited = useRef<{ line: number; column: number } | undefined>(undefined)
  const box = useRef<HTMLElement | null>(null)

  // After each drawing: has the line that was asked for come?
  useLayoutEffect(() => {
    const wanted = awaited.current
    const links = wanted && box.current?.querySelectorAll<HTMLElement>(`[data-line="${wanted.line}"] a`)
    const link = links && (links[wanted.column] ?? links[links.length - 1])
    if (link) {
      awaited.current = undefined
      link.focus({ preventScroll: true })
    }
  })

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const here = placeOf(event.target)
    // Keys may come faster than lines are drawn.
    const line = here && nextLine(lines, event.key, awaited.current?.line ?? here.line)
    if (here === undefined || line === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return
    }
    event.preventDefault()
    box.current = event.currentTarget
    awaited.current = { line, column: here.column }
    // Held before it has the focus: so it is drawn, and the layout effect finds it.
    setHeld(line)
    bringIntoSight(line)
  }
  const onFocus = (event: FocusEvent<HTMLElement>) => setHeld(placeOf(event.target)?.line)
  const onBlur = () => setHeld(undefined)
  return { onKeyDown, onFocus, onBlur }
}

function placeOf(target: EventTarget): { line: number; column: number } | undefined {
  const holder = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-line]') : null
  if (!holder || !(target instanceof HTMLElement)) {
    return undefined
  }
  const line = Number(holder.dataset.line)
  const same = holder.parentElement?.querySelectorAll<HTMLElement>(`[data-line="${line}"] a`) ?? []
  return { line, column: Math.max(0, [...same].indexOf(target)) }
}

/** Headings are passed over. */
export function nextLine(lines: readonly Line[], key: string, from: number): number | undefined {
  const walk = WALKS[key]
  if (!walk) {
    return undefined
  }
  const [start, step] = walk(from, lines.length)
  const inside = Math.min(Math.max(start, 0), lines.length - 1)
  return firstMiners(lines, inside, step) ?? firstMiners(lines, inside, -step)
}

function firstMiners(lines: readonly Line[], from: number, step: number): number | undefined {
  for (let line = from; line >= 0 && line < lines.length; line += step) {
    if (lines[line]?.kind === 'miners') {
      return line
    }
  }
  return undefined
}

type Walk = (from: number, count: number) => [start: number, step: 1 | -1]

const WALKS: Record<string, Walk> = {
  ArrowDown: (from) => [from + 1, 1],
  ArrowUp: (from) => [from - 1, -1],
  PageDown: (from) => [from + PAGE, 1],
  PageUp: (from) => [from - PAGE, -1],
  Home: () => [0, 1],
  End: (_, count) => [count - 1, -1],
}
