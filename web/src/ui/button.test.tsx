import { Power } from 'lucide-react'
import { expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { Button, IconButton } from './button.tsx'

test('a button that cannot be pressed can be reached, says why and does nothing', async () => {
  const press = vi.fn()
  const submit = vi.fn((event: Event) => event.preventDefault())
  const place = await render(
    <form>
      <Button type="submit" disabledReason="Only an operator can do this." onClick={press}>
        Restart
      </Button>
    </form>,
  )
  place.querySelector('form')?.addEventListener('submit', submit)
  const restart = button(place, 'Restart')
  await does(() => restart.click())
  expect(press).not.toHaveBeenCalled()
  expect(submit).not.toHaveBeenCalled()
  expect(restart.disabled).toBe(false)
  expect(restart.getAttribute('aria-disabled')).toBe('true')
  const reason = document.getElementById(restart.getAttribute('aria-describedby') ?? '')
  expect(reason?.textContent).toBe('Only an operator can do this.')
})

test('a busy button takes no second press and keeps the focus', async () => {
  const press = vi.fn()
  const place = await render(
    <Button busy onClick={press}>
      Switching on
    </Button>,
  )
  const on = button(place, 'Switching on')
  on.focus()
  await does(() => on.click())
  expect(press).not.toHaveBeenCalled()
  expect(document.activeElement).toBe(on)
  expect(on.getAttribute('aria-busy')).toBe('true')
})

test('a picture has a name, and a press is a press', async () => {
  const press = vi.fn()
  const place = await render(<IconButton icon={Power} label="Switch off" onClick={press} />)
  await does(() => button(place, 'Switch off').click())
  expect(press).toHaveBeenCalledOnce()
})
