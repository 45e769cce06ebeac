import { useMemo, useState } from 'react'
import type { Span } from './types.ts'
import { clampZoom, pan, zoomAround } from './zoom.ts'

export type Move = 'in' | 'out' | 'earlier' | 'later' | 'reset'

const STEP = 0.6
const PAN = 0.25

/** Which part of the whole is shown; kept by the page where it wants to, else here. */
export function useZoom(
  [from, to]: Span,
  given: Span | undefined,
  onZoom: ((zoom: Span | undefined) => void) | undefined,
) {
  const [own, setOwn] = useState<Span>()
  const [zoomFrom, zoomTo] = (onZoom ? given : own) ?? []
  const part = useMemo(
    () =>
      zoomFrom === undefined || zoomTo === undefined ? undefined : clampZoom([zoomFrom, zoomTo], [from, to]),
    [zoomFrom, zoomTo, from, to],
  )
  const span = useMemo<Span>(() => part ?? [from, to], [part, from, to])
  const setSpan = (wish: Span | undefined) => (onZoom ?? setOwn)(wish && clampZoom(wish, [from, to]))
  /** In and out go around a point: the cursor, or else the middle. */
  const move = (step: Move, around?: number) => {
    const centre = around ?? (span[0] + span[1]) / 2
    const moves: Record<Move, Span | undefined> = {
      in: zoomAround(span, centre, STEP),
      out: zoomAround(span, centre, 1 / STEP),
      earlier: part && pan(span, -PAN),
      later: part && pan(span, PAN),
      reset: undefined,
    }
    setSpan(moves[step])
  }
  return { span, zoomed: part !== undefined, setSpan, move, reset: () => setSpan(undefined) }
}
