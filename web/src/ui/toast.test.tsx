import { useEffect } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { ToastHost, type Toasts, useToast } from './toast.tsx'

let toasts: Toasts

function Speaker({ onReady }: { onReady: (ready: Toasts) => void }) {
  const ready = useToast()
  useEffect(() => onReady(ready), [ready, onReady])
  return null
}

const keep = (ready: Toasts) => {
  toasts = ready
}

const open = () =>
  render(
    <ToastHost>
      <Speaker onReady={keep} />
    </ToastHost>,
  )

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: false })
})

afterEach(() => {
  vi.useRealTimers()
})

const said = (place: HTMLElement) => place.querySelector('[aria-live]')?.textContent ?? ''

test('good news goes by itself, bad news stays until it is dismissed', async () => {
  const place = await open()
  await does(() => {
    toasts.success('It worked.')
    toasts.trouble('It did not.', { detail: 'Try it again.' })
  })
  expect(said(place)).toContain('It worked.')
  await does(() => vi.advanceTimersByTime(6_000))
  expect(said(place)).not.toContain('It worked.')
  await does(() => vi.advanceTimersByTime(600_000))
  expect(said(place)).toContain('It did not.Try it again.')
  await does(() => button(place, 'Dismiss').click())
  expect(said(place)).toBe('')
})

test('the clock stands still while somebody looks closer', async () => {
  const place = await open()
  await does(() => toasts.success('It worked.'))
  await does(() => vi.advanceTimersByTime(5_000))
  const dismiss = button(place, 'Dismiss')
  await does(() => dismiss.focus())
  await does(() => vi.advanceTimersByTime(60_000))
  expect(said(place)).toContain('It worked.')
  await does(() => dismiss.blur())
  await does(() => vi.advanceTimersByTime(900))
  expect(said(place)).toContain('It worked.')
  await does(() => vi.advanceTimersByTime(200))
  expect(said(place)).toBe('')
})

test('undo takes it back once and closes the message', async () => {
  const undo = vi.fn()
  const place = await open()
  await does(() => toasts.success('Shed 2 was removed.', { undo }))
  await does(() => vi.advanceTimersByTime(9_000))
  await does(() => button(place, 'Undo').click())
  expect(undo).toHaveBeenCalledOnce()
  expect(said(place)).toBe('')
})

test('no more than three are shown, the newest of them', async () => {
  const place = await open()
  await does(() => {
    for (const text of ['one', 'two', 'three', 'four']) {
      toasts.trouble(text)
    }
  })
  expect(said(place)).toBe('twothreefour')
})
