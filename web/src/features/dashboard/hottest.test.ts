import { expect, test } from 'vitest'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { hottest } from './hottest.ts'

const at = (id: number, temperature_c: number | null, limit = 70) =>
  aMiner({ id, temperature_limit_c: limit, latest: aReading({ temperature_c }) })

test('nearest to their own limits first', () => {
  expect(
    hottest([at(1, 62), at(2, 62, 65), at(3, 90, 95), at(4, 71)]).map((hot) => [hot.miner.id, hot.tone]),
  ).toEqual([
    [4, 'bad'],
    [2, 'warn'],
    [3, 'neutral'],
    [1, 'neutral'],
  ])
})

test('what is not known, old or left alone is not hot', () => {
  expect(
    hottest([
      at(1, null),
      aMiner({ id: 2, latest: null }),
      { ...at(3, 60), stale: true },
      { ...at(4, 60), state: 'disabled' },
    ]),
  ).toEqual([])
})
