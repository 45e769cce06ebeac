import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveFrame } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { Feed } from './feed.ts'
import { type Fleet, fleetOptions } from './fleet.ts'
import { StatusBoard } from './status.ts'

/** A socket whose other end is the test. */
class Line extends EventTarget {
  static readonly OPEN = 1
  static lines: Line[] = []
  readyState = Line.OPEN
  readonly url: URL

  constructor(url: URL) {
    super()
    this.url = url
    Line.lines.push(this)
  }

  static get newest(): Line {
    const line = Line.lines.at(-1)
    if (!line) {
      throw new Error('nobody called')
    }
    return line
  }

  close() {
    this.readyState = 3
  }

  /** The house hangs up. */
  cut() {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }

  say(frame: LiveFrame) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }))
  }
}

const AT = '2026-11-01T12:00:00Z'
const snapshot = (ids: number[], total = ids.length): LiveFrame => ({
  type: 'snapshot',
  seq: 0,
  epoch: 1,
  at: AT,
  system: { mode: 'dry_run', demo: false, demo_visit: false, problems: [] },
  miners_total: total,
  miners: ids.map((id) => aMiner({ id })),
})
const more = (seq: number, ids: number[]): LiveFrame => ({
  type: 'miner',
  seq,
  items: ids.map((id) => aMiner({ id })),
  gone: [],
})

let cache: QueryClient
let status: StatusBoard
let stop: () => void
let hidden = false
const ids = () => cache.getQueryData<Fleet>(fleetOptions.queryKey)?.miners.map((miner) => miner.id)
const look = (away: boolean) => {
  hidden = away
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Line)
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  hidden = false
  Line.lines = []
  cache = new QueryClient()
  status = new StatusBoard()
  stop = new Feed(cache, status).start()
})

afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a snapshot makes the page live', () => {
  expect(status.get().kind).toBe('connecting')
  Line.newest.say(snapshot([1, 2]))
  expect(status.get().kind).toBe('live')
  expect(ids()).toEqual([1, 2])
})

test('a large fleet is shown when its last piece has come', () => {
  Line.newest.say(snapshot([1, 2], 4))
  expect(ids()).toBeUndefined()
  Line.newest.say(more(1, [3]))
  expect(ids()).toBeUndefined()
  Line.newest.say(more(2, [4]))
  expect(ids()).toEqual([1, 2, 3, 4])
})

test('a gap leads to a new line, and what it missed is asked again', async () => {
  Line.newest.say(snapshot([1]))
  cache.setQueryData(['something'], 1)
  Line.newest.say(more(2, [2]))
  expect(status.get().kind).toBe('reconnecting')
  expect(ids()).toEqual([1])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(Line.lines).toHaveLength(2)
  Line.newest.say(snapshot([1, 2, 3]))
  expect(ids()).toEqual([1, 2, 3])
  expect(cache.getQueryState(['something'])?.isInvalidated).toBe(true)
})

test('a house that stays away is called offline, with the time since when', async () => {
  const since = Date.now()
  Line.newest.say(snapshot([1]))
  for (let tries = 0; tries < 3; tries += 1) {
    Line.newest.cut()
    await vi.advanceTimersByTimeAsync(20_000)
  }
  expect(status.get()).toEqual({ kind: 'offline', since })
})

test('what is shown from an earlier visit stays offline until the house speaks', () => {
  stop()
  status.set({ kind: 'offline', since: 77 })
  stop = new Feed(cache, status).start()
  Line.newest.cut()
  expect(status.get()).toEqual({ kind: 'offline', since: 77 })
  look(true)
  look(false)
  Line.newest.say(snapshot([1]))
  expect(status.get().kind).toBe('live')
})

test('silence is a broken line', async () => {
  Line.newest.say(snapshot([1]))
  await vi.advanceTimersByTimeAsync(46_000)
  expect(status.get().kind).toBe('reconnecting')
})

test('a ping now and then keeps the line', async () => {
  Line.newest.say(snapshot([1]))
  for (let seq = 1; seq < 10; seq += 1) {
    await vi.advanceTimersByTimeAsync(20_000)
    Line.newest.say({ type: 'ping', seq, at: AT })
  }
  expect(Line.lines).toHaveLength(1)
  expect(status.get().kind).toBe('live')
})

test('a page in the background hangs up, does nothing, and is live again when somebody looks', async () => {
  Line.newest.say(snapshot([1]))
  look(true)
  await vi.advanceTimersByTimeAsync(16_000)
  expect(status.get().kind).toBe('resting')
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(Line.lines).toHaveLength(1)
  look(false)
  expect(Line.lines).toHaveLength(2)
  Line.newest.say(snapshot([1]))
  expect(status.get().kind).toBe('live')
})

test('a short look away changes nothing', async () => {
  Line.newest.say(snapshot([1]))
  look(true)
  await vi.advanceTimersByTimeAsync(5_000)
  look(false)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(Line.lines).toHaveLength(1)
})

test('a phone that slept for hours does not trust the socket it slept with', () => {
  Line.newest.say(snapshot([1]))
  vi.setSystemTime(Date.now() + 3 * 3_600_000)
  look(false)
  expect(Line.lines).toHaveLength(2)
})

test('after the end nothing is tried any more', async () => {
  stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(Line.lines).toHaveLength(1)
})
