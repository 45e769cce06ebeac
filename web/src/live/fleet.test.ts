import { expect, test } from 'vitest'
import type { ReadingNow } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { type Fleet, withMiners, withReadings } from './fleet.ts'

const fleet: Fleet = { miners: [aMiner({ id: 1 }), aMiner({ id: 3 })], at: 1 }

function aReading(id: number): ReadingNow {
  const { state_since, stale, sentence, last_error, desired, observed, latest } = aMiner({ id })
  return { miner_id: id, state: 'idle', state_since, stale, sentence, last_error, desired, observed, latest }
}

test('a new miner takes its place in the order, a changed one keeps it', () => {
  const next = withMiners(fleet, [aMiner({ id: 2 }), aMiner({ id: 3, name: 'red' })], [], 2)
  expect(next.miners.map((miner) => [miner.id, miner.name])).toEqual([
    [1, 'blue'],
    [2, 'blue'],
    [3, 'red'],
  ])
  expect(next.at).toBe(2)
})

test('a miner that left is gone, also when the same message still tells of it', () => {
  expect(withMiners(fleet, [aMiner({ id: 3 })], [3], 2).miners.map((miner) => miner.id)).toEqual([1])
})

test('a reading replaces the miner it is of and leaves the others as they are', () => {
  const next = withReadings(fleet, [aReading(3)], 2)
  expect(next.miners[1]).toMatchObject({ id: 3, state: 'idle', name: 'blue' })
  expect(next.miners[1]).not.toHaveProperty('miner_id')
  expect(next.miners[0]).toBe(fleet.miners[0])
})

test('a reading of a miner that is not known yet changes nothing', () => {
  expect(withReadings(fleet, [aReading(9)], 2).miners).toEqual(fleet.miners)
})
