import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { meQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { HOUSE_NOW_KEY } from './apply-event.ts'
import { type Fleet, fleetOptions } from './fleet.ts'
import { forgetLastKnown, keepLastKnown, recallLastKnown } from './last-known.ts'

const ME = { id: 1, kind: 'person' as const, name: 'ada', role: 'admin' as const, totp_enabled: false }

function aHouse(): QueryClient {
  const cache = new QueryClient()
  cache.setQueryData(meQueryKey(), ME)
  cache.setQueryData(fleetOptions.queryKey, { miners: [aMiner()], at: 77 })
  cache.setQueryData(HOUSE_NOW_KEY, { mode: 'live', demo: false, problems: [] })
  return cache
}

function left(cache: QueryClient) {
  const stop = keepLastKnown(cache)
  window.dispatchEvent(new Event('pagehide'))
  stop()
}

afterEach(() => localStorage.clear())

test('what was known when the page was left is there again, with its time', () => {
  left(aHouse())
  const later = new QueryClient()
  expect(recallLastKnown(later)).toBe(77)
  expect(later.getQueryData<Fleet>(fleetOptions.queryKey)?.miners).toHaveLength(1)
  expect(later.getQueryData(meQueryKey())).toEqual(ME)
})

test('half a house is not kept', () => {
  left(new QueryClient())
  expect(recallLastKnown(new QueryClient())).toBeUndefined()
})

test('a visit to the demo does not pass for the house', () => {
  const cache = aHouse()
  cache.setQueryData(HOUSE_NOW_KEY, { mode: 'live', demo: true, demo_visit: true, problems: [] })
  left(cache)
  expect(recallLastKnown(new QueryClient())).toBeUndefined()
})

test('after signing out nothing is left', () => {
  left(aHouse())
  forgetLastKnown()
  expect(recallLastKnown(new QueryClient())).toBeUndefined()
})

test('what another version wrote is not read, and nonsense neither', () => {
  for (const text of ['{"form":0,"fleet":{}}', 'not json', '{}', 'null']) {
    localStorage.setItem('hmm.last-known', text)
    expect(recallLastKnown(new QueryClient())).toBeUndefined()
  }
})

const refuse = () => {
  throw new DOMException('not here', 'SecurityError')
}

test('a device that keeps nothing does not break the page', () => {
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse, clear: () => {} })
  left(aHouse())
  expect(recallLastKnown(new QueryClient())).toBeUndefined()
  vi.unstubAllGlobals()
})
