import type { Span } from './types.ts'

/** Nearer than this nothing more can be seen. */
const LEAST_MS = 60_000

/** A span that lies within the whole, is no shorter than can be read, and is undefined where it is the whole. */
export function clampZoom([from, to]: Span, [first, last]: Span): Span | undefined {
  const length = Math.max(to - from, Math.min(LEAST_MS, last - first))
  if (length >= last - first) {
    return undefined
  }
  const start = Math.min(Math.max(from, first), last - length)
  return [start, start + length]
}

/** Nearer (`factor` < 1) or further around a point that stays where it is. */
export function zoomAround([from, to]: Span, centre: number, factor: number): Span {
  return [centre - (centre - from) * factor, centre + (to - centre) * factor]
}

/** Earlier or later by a share of what is seen. */
export function pan([from, to]: Span, share: number): Span {
  const by = (to - from) * share
  return [from + by, to + by]
}
