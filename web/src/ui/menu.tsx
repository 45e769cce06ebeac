import { cx } from 'class-variance-authority'
import { Check } from 'lucide-react'
import {
  createContext,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { FLOATING, useFloating, useLeave } from './floating.ts'
import type { Icon } from './icon.ts'
import { nextItem } from './menu-keys.ts'
import { Slot } from './slot.tsx'

type End = 'first' | 'last'

/** Closes the menu around an item and gives the focus back to its button. */
const Close = createContext<() => void>(() => undefined)

interface Props {
  /** The button that opens it. */
  trigger: ReactElement
  align?: 'start' | 'end'
  children: ReactNode
}

/** A list of things to do. */
export function Menu({ trigger, align = 'end', children }: Props) {
  const id = useId()
  const button = useRef<HTMLElement>(null)
  const [open, setOpen] = useState<End>()
  const close = useCallback(() => {
    setOpen(undefined)
    button.current?.focus()
  }, [])
  const openByKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(event.key === 'ArrowDown' ? 'first' : 'last')
    }
  }
  return (
    <>
      <Slot
        ref={button}
        id={`${id}-button`}
        aria-haspopup="menu"
        aria-expanded={open !== undefined}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(open ? undefined : 'first')}
        onKeyDown={openByKey}
      >
        {trigger}
      </Slot>
      {open ? (
        <MenuBox
          id={id}
          button={button}
          align={align}
          begin={open}
          close={close}
          onLeft={() => setOpen(undefined)}
        >
          {children}
        </MenuBox>
      ) : null}
    </>
  )
}

interface BoxProps {
  id: string
  button: RefObject<HTMLElement | null>
  align: 'start' | 'end'
  begin: End
  /** With the focus back on the button. */
  close: () => void
  onLeft: () => void
  children: ReactNode
}

function MenuBox({ id, button, align, begin, close, onLeft, children }: BoxProps) {
  const box = useRef<HTMLDivElement>(null)
  useFloating(box, button, 'bottom', align)
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  useLayoutEffect(() => {
    const all = box.current?.querySelectorAll<HTMLElement>('[role^=menuitem]')
    all?.[begin === 'first' ? 0 : all.length - 1]?.focus({ preventScroll: true })
  }, [begin])
  useLeave(box, button, (why) => (why === 'escape' ? close() : onLeft()))
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Tab') {
      // The next Tab goes on from the button, as if the menu had not been there.
      event.preventDefault()
      close()
      return
    }
    const all = items()
    const texts = all.map((item) => item.textContent ?? '')
    const next = nextItem(event.key, texts, all.indexOf(document.activeElement as HTMLElement))
    if (next !== undefined) {
      event.preventDefault()
      all[next]?.focus()
    }
  }
  const behaviour = {
    role: 'menu',
    'aria-labelledby': `${id}-button`,
    tabIndex: -1,
    onKeyDown: press,
    onPointerMove: follow,
  }
  return (
    <div
      ref={box}
      id={id}
      {...behaviour}
      popover="manual"
      className={cx(FLOATING, 'min-w-44 max-w-[min(22rem,calc(100vw-1rem))] p-1 outline-none')}
    >
      <Close value={close}>{children}</Close>
    </div>
  )
}

/** What the pointer is on and what the keyboard is on are one and the same. */
function follow(event: PointerEvent) {
  const item = (event.target as Element).closest<HTMLElement>('[role^=menuitem]')
  if (event.pointerType === 'mouse' && item !== document.activeElement) {
    item?.focus({ preventScroll: true })
  }
}

const ITEM =
  'flex min-h-9 w-full select-none items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-left text-base no-underline outline-none focus:bg-subtle'

interface ItemProps {
  icon?: Icon | undefined
  danger?: boolean
  /** Why it cannot be chosen now; stands below it, and the keyboard does not pass over it. */
  disabledReason?: string | undefined
  onSelect?: () => void
  /** The only child is a link; it brings its own icon. */
  asChild?: boolean
  children: ReactNode
}

/** One thing to do, or with `asChild` one place to go. */
export function MenuItem({ icon: Sign, danger, disabledReason, onSelect, asChild, children }: ItemProps) {
  const close = useContext(Close)
  const choose = () => {
    if (!disabledReason) {
      // First the focus goes back, so that a dialog that opens now knows where it came from.
      close()
      onSelect?.()
    }
  }
  const item = { role: 'menuitem', tabIndex: -1, onClick: choose }
  const look = cx(ITEM, disabledReason ? 'text-muted' : danger && 'text-bad')
  if (asChild) {
    return (
      <Slot {...item} onKeyDown={pressWithSpace} className={look}>
        {children}
      </Slot>
    )
  }
  return (
    <button type="button" {...item} aria-disabled={disabledReason ? true : undefined} className={look}>
      {Sign ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
      <span className="min-w-0">
        {children}
        {disabledReason ? <span className="block text-muted text-xs">{disabledReason}</span> : null}
      </span>
    </button>
  )
}

/** A button is pressed with the space bar, a link is not; in a menu nobody sees the difference. */
function pressWithSpace(event: KeyboardEvent<HTMLElement>) {
  if (event.key === ' ') {
    event.preventDefault()
    event.currentTarget.click()
  }
}

interface ChoiceProps<Value extends string> {
  /** What is chosen; read out. */
  label: string
  value: Value
  onValueChange: (value: Value) => void
  options: readonly { value: Value; label: ReactNode; icon?: Icon }[]
}

/** One of several, the present one ticked. */
export function MenuChoice<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: ChoiceProps<Value>) {
  const close = useContext(Close)
  const group = { role: 'group', 'aria-label': label }
  return (
    <div {...group}>
      <div aria-hidden className="px-2.5 py-1.5 text-muted text-xs">
        {label}
      </div>
      {options.map(({ value: one, label: name, icon: Sign }) => {
        const item = { role: 'menuitemradio', tabIndex: -1, 'aria-checked': one === value }
        return (
          <button
            key={one}
            type="button"
            {...item}
            onClick={() => {
              close()
              onValueChange(one)
            }}
            className={ITEM}
          >
            {Sign ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
            <span className="grow">{name}</span>
            {one === value ? <Check size={16} aria-hidden /> : null}
          </button>
        )
      })}
    </div>
  )
}

/** A line between two kinds of things. */
export function MenuSeparator() {
  return <hr className="mx-1 my-1 h-px border-0 bg-line" />
}
