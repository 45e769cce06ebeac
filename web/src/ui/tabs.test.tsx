import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { does, render } from '@/test/render.tsx'
import { Segmented, TabPanel, Tabs } from './tabs.tsx'

const PAGES = [
  { value: 'now', label: 'Now' },
  { value: 'history', label: 'History' },
] as const

function Pages() {
  const [page, setPage] = useState<'now' | 'history'>('now')
  return (
    <Tabs label="Parts" value={page} onValueChange={setPage} options={PAGES}>
      <TabPanel value="now">What runs.</TabPanel>
      <TabPanel value="history">What was done.</TabPanel>
    </Tabs>
  )
}

const key = (name: string) =>
  does(() =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }),
    ),
  )

test('one tab is in the way of the Tab key, the arrows walk and a press chooses', async () => {
  const place = await render(<Pages />)
  const [now, history] = [...place.querySelectorAll<HTMLElement>('[role=tab]')]
  const panel = () => place.querySelector('[role=tabpanel]')
  expect([now?.tabIndex, history?.tabIndex]).toEqual([0, -1])
  expect(panel()?.textContent).toBe('What runs.')
  expect(panel()?.getAttribute('aria-labelledby')).toBe(now?.id)
  now?.focus()
  await key('ArrowRight')
  expect(document.activeElement).toBe(history)
  expect(panel()?.textContent).toBe('What runs.')
  await does(() => history?.click())
  expect(panel()?.textContent).toBe('What was done.')
  expect(history?.getAttribute('aria-controls')).toBe(panel()?.id)
  await key('ArrowRight')
  expect(document.activeElement).toBe(now)
})

test('one of a few values is chosen, and the chosen one is known', async () => {
  const choose = vi.fn()
  const place = await render(
    <Segmented
      label="Range"
      value="24h"
      onValueChange={choose}
      options={[
        { value: '6h', label: '6 h' },
        { value: '24h', label: '24 h' },
      ]}
    />,
  )
  const [six, day] = [...place.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  expect([six?.checked, day?.checked]).toEqual([false, true])
  expect(place.querySelector('legend')?.textContent).toBe('Range')
  await does(() => six?.click())
  expect(choose).toHaveBeenCalledExactlyOnceWith('6h')
})
