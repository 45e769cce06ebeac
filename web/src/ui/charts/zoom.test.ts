import { expect, test } from 'vitest'
import { clampZoom, pan, zoomAround } from './zoom.ts'

const HOUR = 3_600_000
const DAY = [0, 24 * HOUR] as const

test('nearer and further keep the point under the cursor where it is', () => {
  const near = zoomAround(DAY, 6 * HOUR, 0.5)
  expect(near).toEqual([3 * HOUR, 15 * HOUR])
  expect(zoomAround(near, 6 * HOUR, 2)).toEqual(DAY)
})

test('a zoom stays within what there is, and keeps its length', () => {
  expect(clampZoom(pan([0, 6 * HOUR], -0.5), DAY)).toEqual([0, 6 * HOUR])
  expect(clampZoom([20 * HOUR, 26 * HOUR], DAY)).toEqual([18 * HOUR, 24 * HOUR])
})

test('the whole is no zoom', () => {
  expect(clampZoom([-HOUR, 30 * HOUR], DAY)).toBeUndefined()
  expect(clampZoom(DAY, DAY)).toBeUndefined()
})

test('nobody gets lost between two points', () => {
  const [from, to] = clampZoom([HOUR, HOUR + 1], DAY) ?? [0, 0]
  expect(to - from).toBe(60_000)
})
