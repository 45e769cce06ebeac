import { expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { Button } from './button.tsx'
import { Menu, MenuChoice, MenuItem } from './menu.tsx'

const items = (place: HTMLElement) => [...place.querySelectorAll<HTMLElement>('[role^=menuitem]')]
const press = (key: string) =>
  does(() =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    ),
  )

async function open(parts: {
  restart?: () => void
  remove?: () => void
  choose?: (mode: 'eco' | 'turbo') => void
}) {
  const place = await render(
    <Menu trigger={<Button>More</Button>}>
      <MenuItem onSelect={() => parts.restart?.()}>Restart</MenuItem>
      <MenuItem disabledReason="Only an operator can do this." onSelect={() => parts.remove?.()}>
        Remove
      </MenuItem>
      <MenuChoice
        label="Mode"
        value="eco"
        onValueChange={(mode) => parts.choose?.(mode)}
        options={[
          { value: 'eco', label: 'Eco' },
          { value: 'turbo', label: 'Turbo' },
        ]}
      />
    </Menu>,
  )
  const more = button(place, 'More')
  more.focus()
  await press('ArrowDown')
  return { place, more }
}

test('the arrows walk through it in a ring, letters jump, Escape leads back', async () => {
  const { place, more } = await open({})
  const [restart, remove, eco, turbo] = items(place)
  expect(document.activeElement).toBe(restart)
  await press('ArrowUp')
  expect(document.activeElement).toBe(turbo)
  await press('ArrowDown')
  expect(document.activeElement).toBe(restart)
  await press('r')
  expect(document.activeElement).toBe(remove)
  await press('e')
  expect(document.activeElement).toBe(eco)
  await press('End')
  expect(document.activeElement).toBe(turbo)
  await press('Escape')
  expect(items(place)).toEqual([])
  expect(document.activeElement).toBe(more)
  expect(more.getAttribute('aria-expanded')).toBe('false')
})

test('what is chosen is done once, with the focus back on the button', async () => {
  let focused: Element | null = null
  const restart = vi.fn(() => {
    focused = document.activeElement
  })
  const { place, more } = await open({ restart })
  await does(() => items(place)[0]?.click())
  expect(restart).toHaveBeenCalledOnce()
  expect(focused).toBe(more)
  expect(items(place)).toEqual([])
})

test('what cannot be chosen is reached, says why and stays', async () => {
  const remove = vi.fn()
  const { place } = await open({ remove })
  await press('ArrowDown')
  const here = document.activeElement
  expect(here?.getAttribute('aria-disabled')).toBe('true')
  expect(here?.textContent).toContain('Only an operator can do this.')
  await does(() => items(place)[1]?.click())
  expect(remove).not.toHaveBeenCalled()
  expect(items(place)).toHaveLength(4)
})

test('of several, the present one is ticked and another can be taken', async () => {
  const choose = vi.fn()
  const { place } = await open({ choose })
  expect(items(place).map((item) => item.getAttribute('aria-checked'))).toEqual([null, null, 'true', 'false'])
  await does(() => items(place)[3]?.click())
  expect(choose).toHaveBeenCalledExactlyOnceWith('turbo')
})

test('a press elsewhere closes it and does not pull the focus back', async () => {
  const { place, more } = await open({})
  const elsewhere = document.createElement('button')
  place.append(elsewhere)
  await does(() => {
    elsewhere.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    elsewhere.focus()
  })
  expect(items(place)).toEqual([])
  expect(document.activeElement).not.toBe(more)
  elsewhere.remove()
})
