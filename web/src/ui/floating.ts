import { type RefObject, useEffect, useEffectEvent, useLayoutEffect } from 'react'
import { type Align, placeBeside, type Side } from './place.ts'

/**
 * Shows a box above everything, dialogs included, beside what it belongs to, and keeps it there while the page moves.
 * The box has the attribute `popover="manual"`. A layout effect: whoever moves the focus into it does so afterwards.
 */
export function useFloating(
  box: RefObject<HTMLElement | null>,
  anchor: RefObject<HTMLElement | null>,
  side: Side,
  align: Align,
): void {
  useLayoutEffect(() => {
    const element = box.current
    const beside = anchor.current
    if (!element || !beside) {
      return
    }
    // An older browser shows it all the same, only not above a dialog.
    const show: (() => void) | undefined = element.showPopover
    show?.call(element)
    const place = () => moveBeside(element, beside, side, align)
    place()
    window.addEventListener('resize', place)
    window.addEventListener('scroll', place, { capture: true, passive: true })
    return () => {
      window.removeEventListener('resize', place)
      window.removeEventListener('scroll', place, { capture: true })
    }
  }, [box, anchor, side, align])
}

function moveBeside(element: HTMLElement, anchor: HTMLElement, side: Side, align: Align) {
  const room = { width: document.documentElement.clientWidth, height: window.innerHeight }
  const size = { width: element.offsetWidth, height: element.offsetHeight }
  const { left, top } = placeBeside(anchor.getBoundingClientRect(), size, room, side, align)
  element.style.left = `${left}px`
  element.style.top = `${top}px`
}

/** Why something floating closes: then the focus goes back to where it came from, or stays where it went. */
export type Leave = 'escape' | 'elsewhere'

/** Closes on Escape, on a press outside and when the focus goes somewhere else. */
export function useLeave(
  box: RefObject<HTMLElement | null>,
  anchor: RefObject<HTMLElement | null>,
  onLeave: (why: Leave) => void,
): void {
  const leave = useEffectEvent(onLeave)
  useEffect(() => {
    const isOutside = (target: EventTarget | null) =>
      target instanceof Node && !box.current?.contains(target) && !anchor.current?.contains(target)
    const press = (event: Event) => isOutside(event.target) && leave('elsewhere')
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        // The first press closes this, only the next one the dialog around it.
        event.preventDefault()
        event.stopPropagation()
        leave('escape')
      }
    }
    document.addEventListener('pointerdown', press, { capture: true })
    document.addEventListener('focusin', press)
    document.addEventListener('keydown', key, { capture: true })
    return () => {
      document.removeEventListener('pointerdown', press, { capture: true })
      document.removeEventListener('focusin', press)
      document.removeEventListener('keydown', key, { capture: true })
    }
  }, [box, anchor])
}

/** How every floating box looks. */
export const FLOATING =
  'fixed inset-auto z-50 m-0 max-h-[calc(100dvh-1rem)] overflow-y-auto rounded-xl border border-line bg-raised text-text shadow-float'
