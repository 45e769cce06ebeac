import { Tooltip as Radix } from 'radix-ui'
import { type MouseEvent, type ReactElement, type ReactNode, useState } from 'react'
import { useLayer } from './layer.ts'

interface Props {
  text: ReactNode
  /** One element that can have the focus; a tooltip is never the only way to learn something important. */
  children: ReactElement
  side?: 'top' | 'bottom' | 'left' | 'right'
  /** Opens on a tap as well, for something that cannot be pressed anyway. */
  onTap?: boolean
}

/** A few words about a control, on hover and on focus. */
export function Tooltip({ text, children, side = 'top', onTap = false }: Props) {
  const [open, setOpen] = useState(false)
  const layer = useLayer()
  const tap = (event: MouseEvent) => {
    if (onTap) {
      // Otherwise the press closes what it has just opened.
      event.preventDefault()
      setOpen(true)
    }
  }
  return (
    <Radix.Provider delayDuration={400} skipDelayDuration={200}>
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Trigger asChild onClick={tap}>
          {children}
        </Radix.Trigger>
        <Radix.Portal container={layer}>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 rounded-lg bg-text px-2.5 py-1.5 text-page text-xs shadow-float"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  )
}
