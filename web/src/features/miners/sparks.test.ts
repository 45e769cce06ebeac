import { expect, test } from 'vitest'
import { sparksOf } from './sparks.ts'

const series = (miner_id: number | null, points: number[][]) => ({
  miner_id,
  metric: 'hashrate',
  unit: 'hs',
  resolution_s: 10,
  points,
})

test('every bucket has its place, and a gap stays a gap', () => {
  const sparks = sparksOf(
    {
      items: [
        series(7, [
          [100_000, 1, 2, 3],
          [120_000, 4, 5, 6],
        ]),
      ],
      next: null,
    },
    90_000,
    130_000,
  )
  expect([...sparks]).toEqual([[7, [null, 2, null, 5, null]]])
})

test('what lies outside of the span, and what belongs to nobody, is left out', () => {
  expect([...sparksOf(series(7, [[10_000, 1, 1, 1]]), 90_000, 100_000)]).toEqual([[7, [null, null]]])
  expect([...sparksOf(series(null, [[90_000, 1, 1, 1]]), 90_000, 100_000)]).toEqual([])
})
