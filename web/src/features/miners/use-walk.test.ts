import { expect, test } from 'vitest'
import { aMiner } from '@/test/miners.ts'
import { linesOf } from './rows.ts'
import { nextLine } from './use-walk.ts'

const two = [aMiner({ id: 1 }), aMiner({ id: 2 })]
/** heading, miner, miner, heading, miner, miner */
const lines = linesOf(
  [
    { tag: 'attic', miners: two },
    { tag: 'cellar', miners: two },
  ],
  1,
)

test('arrows pass over headings', () => {
  expect(nextLine(lines, 'ArrowDown', 2)).toBe(4)
  expect(nextLine(lines, 'ArrowUp', 4)).toBe(2)
})

test('at the ends one stays', () => {
  expect(nextLine(lines, 'ArrowUp', 1)).toBe(1)
  expect(nextLine(lines, 'ArrowDown', 5)).toBe(5)
  expect(nextLine(lines, 'PageDown', 1)).toBe(5)
  expect(nextLine(lines, 'Home', 4)).toBe(1)
  expect(nextLine(lines, 'End', 1)).toBe(5)
})

test('other keys lead nowhere, and so does a list without miners', () => {
  expect(nextLine(lines, 'a', 1)).toBeUndefined()
  expect(nextLine([], 'ArrowDown', 0)).toBeUndefined()
})
