import { act, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { onTestFinished } from 'vitest'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** Puts a part on the page as the app would, texts included, and takes it away after the test. */
export async function render(element: ReactElement): Promise<HTMLElement> {
  const place = document.createElement('main')
  document.body.append(place)
  const root = createRoot(place)
  onTestFinished(() => {
    act(() => root.unmount())
    place.remove()
  })
  await act(async () => root.render(element))
  return place
}

/** Does something and waits until the page shows what came of it. */
export async function does(action: () => unknown): Promise<void> {
  await act(async () => {
    await action()
  })
}

/** The one button with this name. */
export function button(place: ParentNode, name: string): HTMLButtonElement {
  const found = [...place.querySelectorAll('button')].filter(
    (one) => (one.getAttribute('aria-label') ?? one.textContent) === name,
  )
  const [only] = found
  if (!only || found.length > 1) {
    throw new Error(`${found.length} buttons are called "${name}"`)
  }
  return only
}
