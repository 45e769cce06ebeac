import { createRef, useState } from 'react'
import { expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { Slot } from './slot.tsx'

test('what a slot is given goes to its child, and adds to what the child has', async () => {
  const outer = createRef<HTMLElement>()
  const inner = createRef<HTMLButtonElement>()
  const said: string[] = []
  const place = await render(
    <Slot
      ref={outer}
      className="given"
      aria-describedby="hint"
      aria-expanded={true}
      title="given"
      onClick={() => said.push('given')}
      onPointerDown={() => said.push('down')}
    >
      <button
        ref={inner}
        type="button"
        className="own"
        aria-describedby="why"
        title="own"
        onClick={() => said.push('own')}
      >
        Go
      </button>
    </Slot>,
  )
  const found = place.querySelector('button')
  expect(found?.className).toBe('own given')
  expect(found?.getAttribute('aria-describedby')).toBe('why hint')
  expect(found?.getAttribute('aria-expanded')).toBe('true')
  expect(found?.title).toBe('own')
  expect(outer.current).toBe(found)
  expect(inner.current).toBe(found)
  await does(() => found?.click())
  expect(said).toEqual(['own', 'given'])
})

function Passing() {
  const [there, setThere] = useState(true)
  return (
    <>
      <button type="button" onClick={() => setThere(false)}>
        Away
      </button>
      {there ? (
        <Slot ref={outer}>
          <i ref={inner} />
        </Slot>
      ) : null}
    </>
  )
}

const outer = createRef<HTMLElement>()
const inner = vi.fn<(element: HTMLElement | null) => void>()

test('both who asked are told when the child has gone', async () => {
  const place = await render(<Passing />)
  expect(outer.current).toBe(place.querySelector('i'))
  expect(inner).toHaveBeenLastCalledWith(outer.current)
  await does(() => button(place, 'Away').click())
  expect(outer.current).toBeNull()
  expect(inner).toHaveBeenLastCalledWith(null)
})
