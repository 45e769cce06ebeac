import { expect, test } from 'vitest'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { fleetTotals } from './figures.ts'

test('nothing known is unknown, not zero', () => {
  const totals = fleetTotals([aMiner({ state: 'offline', latest: null })])
  expect(totals.algorithms[0]?.hashrate_hs).toEqual({ value: null, known: 0, missing: 1 })
  expect(totals.power.value).toBeNull()
  expect(totals.oldest).toBeNull()
})

test('hashrates of different algorithms are never summed', () => {
  const totals = fleetTotals([
    aMiner({ id: 1, latest: aReading({ hashrate_hs: 1e12 }) }),
    aMiner({ id: 2, latest: aReading({ hashrate_hs: 2e12 }) }),
    aMiner({ id: 3, algorithm: 'randomx', latest: aReading({ hashrate_hs: 9e3 }) }),
  ])
  expect(totals.algorithms.map((one) => [one.algorithm, one.hashrate_hs.value])).toEqual([
    ['sha256d', 3e12],
    ['randomx', 9e3],
  ])
})

test('a stale reading is missing from the sum; a miner that is off is not missed', () => {
  const totals = fleetTotals([
    aMiner({ id: 1, latest: aReading({ power_w: 17 }) }),
    aMiner({ id: 2, stale: true, latest: aReading({ power_w: 100 }) }),
    aMiner({ id: 3, state: 'off', stale: true, latest: aReading({ power_w: 100 }) }),
    aMiner({ id: 4, state: 'disabled', latest: null }),
  ])
  expect(totals.power).toMatchObject({ value: 17, known: 1, missing: 1 })
  expect(totals).toMatchObject({ miners: 3, mining: 1, disabled: 1 })
})

test('watts are kept apart by where they come from', () => {
  const totals = fleetTotals([
    aMiner({ id: 1, latest: aReading({ power_w: 17, power_source: 'measured' }) }),
    aMiner({ id: 2, latest: aReading({ power_w: 140, power_source: 'estimated' }) }),
    aMiner({ id: 3, latest: aReading({ power_w: null, power_source: null }) }),
  ])
  expect(totals.power).toEqual({
    value: 157,
    known: 2,
    missing: 1,
    by: { measured: 17, plug: 0, estimated: 140 },
  })
})

test('efficiency takes the watts and the hashes of the same miners', () => {
  const totals = fleetTotals([
    aMiner({ id: 1, latest: aReading({ power_w: 20, hashrate_hs: 1e12 }) }),
    aMiner({ id: 2, latest: aReading({ power_w: null, hashrate_hs: 5e12 }) }),
    aMiner({ id: 3, state: 'idle', latest: aReading({ power_w: 5, hashrate_hs: 0 }) }),
  ])
  expect(totals.algorithms[0]?.efficiency).toEqual({ watts: 20, hs: 1e12, miners: 1 })
})
