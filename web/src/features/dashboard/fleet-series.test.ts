import { expect, test } from 'vitest'
import { joinTail, summaryOf } from './fleet-series.ts'

test('what has been seen goes on where the stored part ends', () => {
  const stored = [
    [10, 1, 2, 3],
    [20, 1, 2, 3],
  ]
  const tail = [
    [15, 9, 9, 9],
    [20, 9, 9, 9],
    [25, 4, 4, 4],
  ]
  expect(joinTail(stored, tail)).toEqual([...stored, [25, 4, 4, 4]])
  expect(joinTail([], tail)).toEqual(tail)
})

test('the summary knows least, mean and most, passes over gaps and does not invent', () => {
  expect(
    summaryOf([
      [10, 1, 2, 3],
      [20, null, null, null],
      [30, 4, 4, 8],
    ]),
  ).toEqual({ least: 1, mean: 3, most: 8 })
  expect(summaryOf([[10, null, null, null]])).toBeUndefined()
})
