import { expect, test } from 'vitest'
import { sparkPaths } from './spark-paths.ts'

test('the least is at the foot and the most at the top', () => {
  expect(sparkPaths([0, 10], 63, 23)).toEqual(['M1.5 21.5L61.5 1.5'])
})

test('a gap stays a gap, and a lone point is a dot', () => {
  expect(sparkPaths([0, 10, null, 5], 63, 23)).toEqual(['M1.5 21.5L21.5 1.5', 'M61.5 11.5h0'])
})

test('what does not change runs through the middle, not along zero', () => {
  expect(sparkPaths([7, 7], 63, 23)).toEqual(['M1.5 11.5L61.5 11.5'])
})

test('a steady miner is nearly a line, and nothing but zeros is one', () => {
  expect(sparkPaths([99, 101], 63, 23)).toEqual(['M1.5 12.5L61.5 10.5'])
  expect(sparkPaths([0, 0], 63, 23)).toEqual(['M1.5 11.5L61.5 11.5'])
})

test('nothing known is nothing drawn', () => {
  expect(sparkPaths([null, null], 63, 23)).toEqual([])
  expect(sparkPaths([], 63, 23)).toEqual([])
})
