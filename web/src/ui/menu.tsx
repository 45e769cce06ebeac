import { cx } from 'class-variance-authority'
import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import type { Icon } from './icon.ts'
import { useLayer } from './layer.ts'

export const FLOATING =
  'z-50 max-h-(--radix-popper-available-height) overflow-y-auto rounded-xl border border-line bg-raised text-text shadow-float'

interface Props {
  /** The button that opens it. */
  trigger: ReactElement
  align?: 'start' | 'end'
  children: ReactNode
}

/** A list of things to do. */
export function Menu({ trigger, align = 'end', children }: Props) {
  const { layer, findLayer } = useLayer()
  // Not modal: hiding the rest of the page from screen readers would hide the focused button as well.
  return (
    <DropdownMenu.Root modal={false} onOpenChange={findLayer}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={layer}>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={cx(FLOATING, 'min-w-44 max-w-[min(22rem,calc(100vw-1rem))] p-1')}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const ITEM =
  'flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-base outline-none data-highlighted:bg-subtle data-disabled:cursor-not-allowed'

interface ItemProps {
  icon?: Icon | undefined
  danger?: boolean
  /** Why it cannot be chosen now; stands below it. */
  disabledReason?: string | undefined
  onSelect?: () => void
  /** The only child is a link. */
  asChild?: boolean
  children: ReactNode
}

/** One thing to do. With `asChild` its only child is a link. */
export function MenuItem({ icon: Sign, danger, disabledReason, onSelect, asChild, children }: ItemProps) {
  const look = cx(ITEM, disabledReason ? 'text-muted' : danger && 'text-bad')
  if (asChild) {
    return (
      <DropdownMenu.Item asChild className={look} onSelect={onSelect}>
        {children}
      </DropdownMenu.Item>
    )
  }
  return (
    <DropdownMenu.Item
      className={look}
      // Not Radix's `disabled`: the arrow keys would pass over it and nobody could read why.
      aria-disabled={disabledReason ? true : undefined}
      onSelect={(event) => (disabledReason ? event.preventDefault() : onSelect?.())}
    >
      {Sign ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
      <span className="min-w-0">
        {children}
        {disabledReason ? <span className="block text-muted text-xs">{disabledReason}</span> : null}
      </span>
    </DropdownMenu.Item>
  )
}

interface ChoiceProps<Value extends string> {
  value: Value
  onValueChange: (value: Value) => void
  options: { value: Value; label: ReactNode; icon?: Icon }[]
}

/** One of several, the present one ticked. */
export function MenuChoice<Value extends string>({ value, onValueChange, options }: ChoiceProps<Value>) {
  const pick = (text: string) => {
    const option = options.find((one) => one.value === text)
    if (option) {
      onValueChange(option.value)
    }
  }
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={pick}>
      {options.map(({ value: one, label, icon: Sign }) => (
        <DropdownMenu.RadioItem key={one} value={one} className={ITEM}>
          {Sign ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
          <span className="grow">{label}</span>
          <DropdownMenu.ItemIndicator>
            <Check size={16} aria-hidden />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

/** A heading inside of a menu. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2.5 py-1.5 text-muted text-xs">{children}</DropdownMenu.Label>
}

/** A line between two kinds of things. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className="mx-1 my-1 h-px bg-line" />
}
