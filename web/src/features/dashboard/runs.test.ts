import { expect, test } from 'vitest'
import type { Desired, Miner } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { nextOf, runsAndWhy } from './runs.ts'

const nothing: Desired = { power: null, mode: null, pool: null }

function wantsMode(value: string, until: string | null = null): Desired {
  return {
    ...nothing,
    mode: { value, owner: 'override', reason: 'admin wants it', until, goes_back_to: null },
  }
}

const reached = (miner: Miner) => runsAndWhy([miner])[0]?.wishes.map((wish) => wish.reached)

const names = (line: { miners: readonly { name: string }[] }) => line.miners.map((miner) => miner.name)

test('miners that do the same for the same reasons share a line, the largest group first', () => {
  const lines = runsAndWhy([
    aMiner({ name: 'a', observed: { power: 'on', mode: 'eco', pool_id: null } }),
    aMiner({ name: 'b' }),
    aMiner({ name: 'c' }),
    aMiner({ name: 'd', desired: wantsMode('eco') }),
    aMiner({ name: 'e', state: 'offline', observed: { power: null, mode: null, pool_id: null } }),
  ])
  expect(lines.map((line) => [line.condition, line.mode, names(line)])).toEqual([
    ['mining', 'standard', ['b', 'c']],
    ['mining', 'eco', ['a']],
    ['mining', 'standard', ['d']],
    ['offline', null, ['e']],
  ])
})

test('a wish says whether the miner follows it, and does not guess', () => {
  expect(reached(aMiner({ desired: wantsMode('standard') }))).toEqual([true])
  expect(reached(aMiner({ desired: wantsMode('eco') }))).toEqual([false])
  expect(reached(aMiner({ desired: wantsMode('eco'), stale: true }))).toEqual([null])
})

test('nobody asks anything of a disabled miner', () => {
  expect(runsAndWhy([aMiner({ state: 'disabled', desired: wantsMode('eco') })])[0]?.wishes).toEqual([])
})

test('a group has been so since the first of them', () => {
  const [line] = runsAndWhy([
    aMiner({ state: 'offline', state_since: '2026-11-01T12:00:00Z' }),
    aMiner({ state: 'offline', state_since: '2026-11-01T11:00:00Z' }),
  ])
  expect(line?.since).toBe('2026-11-01T11:00:00Z')
})

test('what comes next is the first wish that ends, for all miners together; what is over does not come', () => {
  const now = Date.parse('2026-11-01T12:00:00Z')
  const lines = runsAndWhy([
    aMiner({ name: 'past', desired: wantsMode('eco', '2026-11-01T11:59:00Z') }),
    aMiner({ name: 'later', desired: wantsMode('eco', '2026-11-01T18:00:00Z') }),
    aMiner({ name: 'one', desired: wantsMode('eco', '2026-11-01T16:00:00Z') }),
    aMiner({ name: 'two', state: 'booting', desired: wantsMode('eco', '2026-11-01T16:00:00Z') }),
  ])
  const next = nextOf(lines, now)
  expect(next && [next.at, names(next)]).toEqual(['2026-11-01T16:00:00Z', ['one', 'two']])
  expect(nextOf(runsAndWhy([aMiner()]), now)).toBeUndefined()
})

const eco = (goes_back_to: string | null): Desired => ({
  ...nothing,
  mode: {
    value: 'eco',
    owner: 'override',
    reason: 'admin wants it',
    until: '2026-11-01T16:00:00Z',
    goes_back_to,
  },
})

test('what comes back is said where it is known and the same for all', () => {
  const now = Date.parse('2026-11-01T12:00:00Z')
  const next = (...backs: (string | null)[]) =>
    nextOf(runsAndWhy(backs.map((back, id) => aMiner({ id, desired: eco(back) }))), now)
  expect(next('standard', 'standard')?.back).toBe('standard')
  expect(next('standard', 'turbo')).toMatchObject({ back: null, miners: [{ id: 0 }, { id: 1 }] })
  expect(next(null)?.back).toBeNull()
})
