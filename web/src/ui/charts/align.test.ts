import { expect, test } from 'vitest'
import { align, reachOf, valueNear } from './align.ts'
import type { ChartPoint, ChartSeries } from './types.ts'

const MINUTE = 60_000

function series(points: ChartPoint[], step = MINUTE): ChartSeries {
  return { label: 'Power', unit: 'W', color: 'series-1', points, format: String, step }
}

/** Minutes and their values; least and most are one away. */
const points = (...pairs: [number, number | null][]): ChartPoint[] =>
  pairs.map(([minute, value]) => [
    minute * MINUTE,
    value === null ? null : value - 1,
    value,
    value === null ? null : value + 1,
  ])

test('several series share one axis of time, and none borrows the points of another', () => {
  const { times, columns } = align([series(points([0, 10], [2, 12])), series(points([1, 20]))])
  expect(times).toEqual([0, MINUTE, 2 * MINUTE])
  expect(columns[0]?.mean).toEqual([10, undefined, 12])
  expect(columns[0]?.least).toEqual([9, undefined, 11])
  expect(columns[0]?.most).toEqual([11, undefined, 13])
  expect(columns[1]?.mean).toEqual([undefined, 20, undefined])
})

test('what is missing for longer than a step is a break', () => {
  const [column] = align([series(points([0, 1], [1, 1], [2, 1], [6, 1], [7, 1]))]).columns
  expect(column?.breaks).toEqual([[2, 3]])
  expect(column?.alone).toEqual([])
})

test('another series does not bridge a break, nor make one', () => {
  const broken = series(points([0, 1], [1, 1], [2, 1], [8, 1], [9, 1], [10, 1]))
  const whole = series(points(...Array.from({ length: 11 }, (_, minute): [number, number] => [minute, 2])))
  const { columns } = align([broken, whole])
  expect(columns[0]?.breaks).toEqual([[2, 8]])
  expect(columns[1]?.breaks).toEqual([])
})

test('points without a neighbour are known, because a line would not show them', () => {
  const lone = align([series(points([0, 1], [1, 1], [2, 1], [10, 5], [20, 1], [21, 1]))]).columns[0]
  expect(lone?.alone).toEqual([3])
  const besideNull = align([series(points([0, 1], [1, null], [2, 1], [3, 1]))]).columns[0]
  expect(besideNull?.alone).toEqual([0])
  expect(align([series(points([0, 1]))]).columns[0]?.alone).toEqual([0])
})

test('a device that is asked less often than the step says has no gap after each answer', () => {
  const slow = points([0, 1], [5, 1], [10, 1], [15, 1])
  expect(reachOf(slow, MINUTE)).toBe(15 * MINUTE)
  expect(align([series(slow)]).columns[0]?.breaks).toEqual([])
})

test('the cursor finds the nearest value within reach, and none across a gap', () => {
  const sparse = series(points([0, 10], [2, 12], [4, 14], [30, 99]), 2 * MINUTE)
  const dense = series(points(...Array.from({ length: 31 }, (_, minute): [number, number] => [minute, 1])))
  const aligned = align([sparse, dense])
  expect(valueNear(aligned, 0, 2)).toBe(12)
  expect(valueNear(aligned, 0, 5)).toBe(14)
  expect(valueNear(aligned, 0, 17)).toBeNull()
})

test('nothing at all is no rows', () => {
  expect(align([series([])])).toMatchObject({ times: [], columns: [{ mean: [], breaks: [], alone: [] }] })
})
