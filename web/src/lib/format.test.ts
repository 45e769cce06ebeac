import { expect, test } from 'vitest'
import { miners } from './format.ts'

test('miners are counted as people count', () => {
  expect([0, 1, 2].map(miners)).toEqual(['no miners', '1 miner', '2 miners'])
})
