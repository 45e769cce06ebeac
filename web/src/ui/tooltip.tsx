import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { useFloating } from './floating.ts'
import type { Side } from './place.ts'
import { Slot } from './slot.tsx'

/** Long enough not to flicker under a passing pointer. */
const OPEN_MS = 400
/** Long enough to move the pointer onto the words themselves. */
const CLOSE_MS = 120

interface Props {
  text: ReactNode
  /** One element that can have the focus; a tooltip is never the only way to learn something important. */
  children: ReactElement
  side?: Side
  /** Off where the words are the name of the control already, or are read out some other way. */
  describe?: boolean
  /** Opens on a tap as well, for something that cannot be pressed anyway. */
  onTap?: boolean
}

/**
 * A few words about a control, on hover and on focus. There is one on every icon button, so it is made of next to
 * nothing while it is closed; open, the browser puts it above everything, dialogs included.
 */
export function Tooltip({ text, children, side = 'top', describe = true, onTap = false }: Props) {
  const id = useId()
  const trigger = useRef<HTMLElement>(null)
  const { open, soon, now } = useDelayed()
  const handlers = {
    onPointerEnter: (event: PointerEvent) => event.pointerType === 'mouse' && soon(true),
    onPointerLeave: () => soon(false),
    onPointerDown: () => now(false),
    onClick: () => onTap && now(true),
    onFocus: () => trigger.current?.matches(':focus-visible') && now(true),
    onBlur: () => now(false),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && open) {
        // The first press closes this, only the next one the dialog around it.
        event.preventDefault()
        now(false)
      }
    },
  }
  return (
    <>
      <Slot ref={trigger} {...handlers} {...(describe && open ? { 'aria-describedby': id } : {})}>
        {children}
      </Slot>
      {open ? (
        <Bubble id={id} trigger={trigger} side={side} onHover={soon} onGone={() => now(false)}>
          {text}
        </Bubble>
      ) : null}
    </>
  )
}

/** Open or not, at once or after a moment; the last wish counts. */
function useDelayed() {
  const [open, setOpen] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const now = (wish: boolean) => {
    clearTimeout(timer.current)
    setOpen(wish)
  }
  const soon = (wish: boolean) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(setOpen, wish ? OPEN_MS : CLOSE_MS, wish)
  }
  return { open, soon, now }
}

interface BubbleProps {
  id: string
  trigger: React.RefObject<HTMLElement | null>
  side: Side
  onHover: (inside: boolean) => void
  onGone: () => void
  children: ReactNode
}

function Bubble({ id, trigger, side, onHover, onGone, children }: BubbleProps) {
  const box = useRef<HTMLDivElement>(null)
  useFloating(box, trigger, side, 'center')
  useEffect(() => {
    // What it belongs to moves away with the page.
    const gone = () => onGone()
    window.addEventListener('scroll', gone, { capture: true, passive: true })
    return () => window.removeEventListener('scroll', gone, { capture: true })
  })
  return (
    <div
      ref={box}
      id={id}
      role="tooltip"
      popover="manual"
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
      className="fixed inset-auto z-50 m-0 w-max max-w-72 whitespace-normal rounded-lg bg-text px-2.5 py-1.5 font-normal text-page text-xs shadow-float"
    >
      {children}
    </div>
  )
}
