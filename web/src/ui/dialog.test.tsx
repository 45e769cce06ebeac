import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { Button } from './button.tsx'
import { Confirm, Dialog } from './dialog.tsx'

function Asks({ onConfirm }: { onConfirm: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>All off</Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title="Switch all off?"
        text="They stay off."
        action="Switch off"
        onConfirm={onConfirm}
      />
    </>
  )
}

test('a question names itself, begins on the way out and does nothing by itself', async () => {
  const confirm = vi.fn()
  const place = await render(<Asks onConfirm={confirm} />)
  await does(() => button(place, 'All off').click())
  const dialog = place.querySelector('dialog')
  expect(dialog?.open).toBe(true)
  const words = (attribute: string) =>
    document.getElementById(dialog?.getAttribute(attribute) ?? '')?.textContent
  expect(words('aria-labelledby')).toBe('Switch all off?')
  expect(words('aria-describedby')).toBe('They stay off.')
  expect(document.activeElement).toBe(button(place, 'Cancel'))
  await does(() => button(place, 'Cancel').click())
  expect(place.querySelector('dialog')).toBeNull()
  expect(confirm).not.toHaveBeenCalled()
  await does(() => button(place, 'All off').click())
  await does(() => button(place, 'Switch off').click())
  expect(confirm).toHaveBeenCalledOnce()
})

test('the page behind does not scroll while a dialog is open', async () => {
  const place = await render(<Asks onConfirm={vi.fn()} />)
  await does(() => button(place, 'All off').click())
  expect(document.documentElement.style.overflow).toBe('hidden')
  await does(() => button(place, 'Close').click())
  expect(document.documentElement.style.overflow).toBe('')
})

const outside = (place: HTMLElement) =>
  does(() => place.querySelector('dialog')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true })))

test('a press beside the dialog closes it, unless there is a form that could be lost', async () => {
  const change = vi.fn()
  const plain = await render(<Dialog open onOpenChange={change} title="Plain" />)
  await outside(plain)
  expect(change).toHaveBeenCalledExactlyOnceWith(false)
  change.mockClear()
  const form = await render(
    <Dialog open onOpenChange={change} title="Form">
      <form />
    </Dialog>,
  )
  await outside(form)
  expect(change).not.toHaveBeenCalled()
})
