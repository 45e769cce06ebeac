import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { shadeOf, type Theme, useTheme, watchTheme } from './theme.ts'

let systemIsDark = false
const listeners = new Set<() => void>()

beforeEach(() => {
  systemIsDark = false
  listeners.clear()
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return systemIsDark
    },
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  }))
})

afterEach(() => {
  localStorage.clear()
  vi.unstubAllGlobals()
})

const shown = () => document.documentElement.dataset.theme

describe('the script before the first paint', () => {
  const script = readFileSync('public/theme.js', 'utf8')
  const run = () => new Function(script)()

  test.each([
    [null, false, 'light'],
    [null, true, 'dark'],
    ['light', true, 'light'],
    ['dark', false, 'dark'],
    ['purple', true, 'dark'],
  ])('with %s remembered and a dark system %s shows %s', (remembered, dark, expected) => {
    systemIsDark = dark
    if (remembered) {
      localStorage.setItem('hmm.theme', remembered)
    }
    run()
    expect(shown()).toBe(expected)
  })

  test('agrees with the app about every wish', () => {
    for (const theme of ['light', 'dark', 'system'] as const) {
      for (const dark of [true, false]) {
        systemIsDark = dark
        localStorage.setItem('hmm.theme', theme)
        run()
        expect(shown()).toBe(shadeOf(theme, dark))
      }
    }
  })

  test('follows the system where storage is forbidden', () => {
    systemIsDark = true
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new DOMException('denied', 'SecurityError')
      },
      clear: () => undefined,
    })
    run()
    expect(shown()).toBe('dark')
  })
})

const THEMES: Theme[] = ['light', 'dark', 'system']

function Chooser() {
  const { theme, setTheme } = useTheme()
  return (
    <>
      <output>{theme}</output>
      {THEMES.map((one) => (
        <button key={one} type="button" onClick={() => setTheme(one)}>
          {one}
        </button>
      ))}
    </>
  )
}

test('the page follows the system while it is open, until somebody chooses', async () => {
  const stop = watchTheme()
  expect(shown()).toBe('light')
  systemIsDark = true
  for (const listener of listeners) {
    listener()
  }
  expect(shown()).toBe('dark')

  const place = await render(<Chooser />)
  expect(place.querySelector('output')?.textContent).toBe('system')
  await does(() => button(place, 'light').click())
  expect(place.querySelector('output')?.textContent).toBe('light')
  expect(shown()).toBe('light')
  expect(localStorage.getItem('hmm.theme')).toBe('light')

  await does(() => button(place, 'system').click())
  expect(shown()).toBe('dark')
  expect(localStorage.getItem('hmm.theme')).toBeNull()
  stop()
})

test('a choice in another tab arrives in this one', () => {
  const stop = watchTheme()
  localStorage.setItem('hmm.theme', 'dark')
  window.dispatchEvent(Object.assign(new Event('storage'), { key: 'hmm.theme' }))
  expect(shown()).toBe('dark')
  stop()
})
