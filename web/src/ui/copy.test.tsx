import { afterEach, expect, test, vi } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { CopyButton } from './copy.tsx'

const COMMAND = 'hmm user reset-password anna'

afterEach(() => vi.unstubAllGlobals())

test('what is copied is in the clipboard, and the page says so', async () => {
  const writeText = vi.fn().mockResolvedValue(undefined)
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
  const place = await render(<CopyButton text={COMMAND} label="Copy the command" />)
  await does(() => button(place, 'Copy the command').click())
  expect(writeText).toHaveBeenCalledExactlyOnceWith(COMMAND)
  expect(place.querySelector('output')?.textContent).toBe('Copied')
  expect(place.querySelector('dialog')).toBeNull()
})

test.each([
  ['has no clipboard', undefined],
  ['refuses', { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) }],
])('where the browser %s, the text is shown selected', async (_, clipboard) => {
  vi.stubGlobal('navigator', { ...navigator, clipboard })
  const place = await render(<CopyButton text={COMMAND} label="Copy the command" />)
  await does(() => button(place, 'Copy the command').click())
  const box = place.querySelector('textarea')
  expect(box?.value).toBe(COMMAND)
  expect(document.activeElement).toBe(box)
  expect([box?.selectionStart, box?.selectionEnd]).toEqual([0, COMMAND.length])
  expect(place.querySelector('dialog')?.textContent).toContain('press Ctrl+C')
  expect(place.querySelector('output')?.textContent).toBe('')
})
