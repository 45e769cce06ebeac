import { expect, test } from 'vitest'
import type { Command, Miner } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { attentionOf } from './attention.ts'

const NOW = Date.parse('2026-11-01T12:00:00Z')

function kinds(miners: Miner[], commands: Command[] = []): string[] {
  return attentionOf({ miners, commands, problems: [], now: NOW }).map((item) => item.kind)
}

function aCommand(differences: Partial<Command>): Command {
  return {
    id: 1,
    miner_id: 1,
    kind: 'set_mode',
    value: 'eco',
    owner: 'override',
    actor: { kind: 'person', id: 1, name: 'admin', address: null },
    state: 'failed',
    reason: 'the device refused',
    reply: null,
    planned_at: '2026-11-01T11:00:00Z',
    sent_at: '2026-11-01T11:00:00Z',
    settled_at: '2026-11-01T11:00:01Z',
    ...differences,
  }
}

test('what is as it should be needs nobody', () => {
  expect(
    kinds([
      aMiner(),
      aMiner({ id: 2, state: 'off', stale: true }),
      aMiner({ id: 3, state: 'disabled', stale: true }),
      aMiner({ id: 4, state: 'paused' }),
      aMiner({ id: 5, state: 'unknown', latest: null }),
    ]),
  ).toEqual([])
})

test('the worst comes first', () => {
  expect(
    kinds([
      aMiner({ id: 1, latest: aReading({ temperature_c: 69 }) }),
      aMiner({ id: 2, state: 'idle' }),
      aMiner({ id: 3, state: 'offline', stale: true }),
      aMiner({ id: 4, state: 'stuck' }),
      aMiner({ id: 5, state: 'unknown', last_error: 'another device answers' }),
      aMiner({ id: 6, stale: true }),
    ]),
  ).toEqual(['stranger', 'stuck', 'offline', 'idle', 'stale', 'warm'])
})

test('a miner held down by heat is told once, and not as idle', () => {
  const mode = { value: 'eco', owner: 'safety' as const, reason: 'too hot', until: null, goes_back_to: null }
  expect(kinds([aMiner({ state: 'idle', desired: { power: null, pool: null, mode } })])).toEqual(['hot'])
})

test('a miner that is wanted off may be idle', () => {
  const power = {
    value: 'off' as const,
    owner: 'override' as const,
    reason: 'admin wants it',
    until: null,
    goes_back_to: null,
  }
  expect(kinds([aMiner({ state: 'idle', desired: { power, pool: null, mode: null } })])).toEqual([])
})

test('an old temperature warns of nothing', () => {
  expect(kinds([aMiner({ state: 'off', stale: true, latest: aReading({ temperature_c: 90 }) })])).toEqual([])
})

test('many of one kind are told together', () => {
  const silent = [1, 2, 3, 4].map((id) => aMiner({ id, state: 'offline' }))
  const [only, ...rest] = attentionOf({ miners: silent, commands: [], problems: [], now: NOW })
  expect([only?.miners.length, rest.length]).toEqual([4, 0])
  expect(attentionOf({ miners: silent.slice(1), commands: [], problems: [], now: NOW })).toHaveLength(3)
})

test('a command that failed is told until one like it works, its miner leaves or a day has passed', () => {
  expect(kinds([aMiner()], [aCommand({})])).toEqual(['failed'])
  expect(kinds([aMiner()], [aCommand({ id: 2, state: 'confirmed' }), aCommand({})])).toEqual([])
  expect(kinds([aMiner()], [aCommand({ id: 2, state: 'superseded' }), aCommand({})])).toEqual(['failed'])
  expect(kinds([aMiner({ id: 9 })], [aCommand({})])).toEqual([])
  expect(kinds([aMiner()], [aCommand({ settled_at: '2026-10-31T11:00:00Z' })])).toEqual([])
})

test('the house speaks for itself', () => {
  const problems = [
    { kind: 'disk_full', text: 'The disk is full.', since: '2026-11-01T11:00:00Z', next_try: null },
  ]
  const [item] = attentionOf({ miners: [], commands: [], problems, now: NOW })
  expect([item?.kind, item?.words]).toEqual(['house', 'The disk is full.'])
})

const since = (miner: Miner) =>
  attentionOf({ miners: [miner], commands: [], problems: [], now: NOW })[0]?.since

test('since when is said of a state, and not of heat', () => {
  expect(since(aMiner({ state: 'stuck', state_since: '2026-11-01T10:00:00Z' }))).toBe('2026-11-01T10:00:00Z')
  expect(since(aMiner({ latest: aReading({ temperature_c: 71 }) }))).toBeNull()
  expect(since(aMiner({ stale: true, latest: aReading({ at: '2026-11-01T11:00:00Z' }) }))).toBe(
    '2026-11-01T11:00:00Z',
  )
})
