import { expect, test } from 'vitest'
import type { Aligned } from './align.ts'
import { MOST_ROWS, tableRows } from './table-rows.ts'

function aligned(count: number): Aligned {
  const times = Array.from({ length: count }, (_, row) => row * 1000)
  const mean = times.map((time) => time / 1000)
  return { times, columns: [{ least: mean, mean, most: mean, breaks: [], alone: [], reach: 1500 }] }
}

test('only what is in sight, edges included', () => {
  const { rows, every, total } = tableRows(aligned(10), [2000, 4000])
  expect(rows.map(({ time }) => time)).toEqual([2000, 3000, 4000])
  expect(rows[0]?.cells).toEqual([2])
  expect([every, total]).toEqual([1, 3])
})

test.each([599, 600, 601, 1200, 5000])('%i points are at most as many rows as can be read', (count) => {
  const { rows, every, total } = tableRows(aligned(count), [0, count * 1000])
  expect(rows.length).toBeLessThanOrEqual(MOST_ROWS)
  expect(total).toBe(count)
  expect(rows.length).toBe(Math.ceil(count / every))
  expect(rows.every(({ time }, row) => time === row * every * 1000)).toBe(true)
})
