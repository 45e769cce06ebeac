import { cx } from 'class-variance-authority'
import {
  type ReactElement,
  type ReactNode,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { FLOATING, useFloating, useLeave } from './floating.ts'
import type { Align } from './place.ts'
import { Slot } from './slot.tsx'

interface Props {
  trigger: ReactElement
  /** Read out when it opens. */
  label: string
  align?: Align
  /** Where somebody else keeps it open. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  children: ReactNode
}

/** A small box beside the button that opens it; the rest of the page goes on. */
export function Popover({ trigger, label, align = 'start', open, onOpenChange, children }: Props) {
  const id = useId()
  const button = useRef<HTMLElement>(null)
  const [own, setOwn] = useState(false)
  const shown = open ?? own
  const change = (wish: boolean) => {
    setOwn(wish)
    onOpenChange?.(wish)
  }
  return (
    <>
      <Slot
        ref={button}
        aria-haspopup="dialog"
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        onClick={() => change(!shown)}
      >
        {trigger}
      </Slot>
      {shown ? (
        <Box id={id} label={label} anchor={button} align={align} onClose={() => change(false)}>
          {children}
        </Box>
      ) : null}
    </>
  )
}

interface BoxProps {
  id: string
  label: string
  anchor: RefObject<HTMLElement | null>
  align: Align
  onClose: () => void
  children: ReactNode
}

function Box({ id, label, anchor, align, onClose, children }: BoxProps) {
  const box = useRef<HTMLDivElement>(null)
  useFloating(box, anchor, 'bottom', align)
  useLayoutEffect(() => box.current?.focus({ preventScroll: true }), [])
  useLeave(box, anchor, (why) => {
    onClose()
    if (why === 'escape') {
      anchor.current?.focus()
    }
  })
  // Not a dialog element: that one would take the rest of the page away on a phone's screen reader.
  const dialog = { role: 'dialog', 'aria-label': label, tabIndex: -1 }
  return (
    <div
      ref={box}
      id={id}
      {...dialog}
      popover="manual"
      className={cx(FLOATING, 'w-80 max-w-[calc(100vw-1rem)] p-4 outline-none')}
    >
      {children}
    </div>
  )
}
