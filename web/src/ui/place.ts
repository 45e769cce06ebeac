export type Align = 'start' | 'center' | 'end'
export type Side = 'top' | 'bottom' | 'left' | 'right'

export interface Rect {
  left: number
  top: number
  width: number
  height: number
}

const OPPOSITE: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' }
/** Between the two, and to the edge of the window. */
const GAP = 6
const EDGE = 8

/** Where something of a size goes beside something else: on the wished side if there is room, never outside the window. */
export function placeBeside(
  anchor: Rect,
  size: { width: number; height: number },
  room: { width: number; height: number },
  side: Side,
  align: Align = 'center',
): { left: number; top: number } {
  const wished = at(anchor, size, side, align)
  const { left, top } = fits(wished, size, room, side) ? wished : at(anchor, size, OPPOSITE[side], align)
  return {
    left: Math.max(EDGE, Math.min(left, room.width - size.width - EDGE)),
    top: Math.max(EDGE, Math.min(top, room.height - size.height - EDGE)),
  }
}

const SHARE = { start: 0, center: 0.5, end: 1 }

function at(anchor: Rect, size: { width: number; height: number }, side: Side, align: Align) {
  const aligned = {
    left: anchor.left + (anchor.width - size.width) * SHARE[align],
    top: anchor.top + (anchor.height - size.height) * SHARE[align],
  }
  switch (side) {
    case 'top':
      return { ...aligned, top: anchor.top - size.height - GAP }
    case 'bottom':
      return { ...aligned, top: anchor.top + anchor.height + GAP }
    case 'left':
      return { ...aligned, left: anchor.left - size.width - GAP }
    default:
      return { ...aligned, left: anchor.left + anchor.width + GAP }
  }
}

/** Only along the way that the side decides: across it, it can be moved. */
function fits(
  place: { left: number; top: number },
  size: { width: number; height: number },
  room: { width: number; height: number },
  side: Side,
): boolean {
  return side === 'top' || side === 'bottom'
    ? place.top >= EDGE && place.top + size.height <= room.height - EDGE
    : place.left >= EDGE && place.left + size.width <= room.width - EDGE
}
