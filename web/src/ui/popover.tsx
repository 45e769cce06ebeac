import { cx } from 'class-variance-authority'
import { Popover as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { useLayer } from './layer.ts'
import { FLOATING } from './menu.tsx'

interface Props {
  trigger: ReactElement
  /** Read out when it opens. */
  label: string
  align?: 'start' | 'center' | 'end'
  open?: boolean
  onOpenChange?: (open: boolean) => void
  children: ReactNode
}

/** A small box beside the button that opens it. */
export function Popover({ trigger, label, align = 'start', open, onOpenChange, children }: Props) {
  const { layer, findLayer } = useLayer()
  const change = (wish: boolean) => {
    findLayer()
    onOpenChange?.(wish)
  }
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} onOpenChange={change}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={cx(FLOATING, 'w-80 max-w-[calc(100vw-1rem)] p-4')}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
