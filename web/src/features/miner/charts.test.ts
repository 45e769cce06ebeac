import { expect, test } from 'vitest'
import type { Series } from '@/api/generated/types.gen.ts'
import { SPAN_MS } from '@/lib/ranges.ts'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { chartsOf, lineOf, newestPoint, pointsOf, storedSpan, summaryOf } from './charts.ts'

const series = (...points: number[][]): Series => ({
  miner_id: 1,
  metric: 'power',
  unit: 'w',
  resolution_s: 60,
  points,
})

test('the stored span ends at or before now, keeps its length, and stands still between two steps', () => {
  const now = Date.parse('2026-11-20T12:34:56Z')
  for (const range of ['6h', '1y'] as const) {
    const [from, to] = storedSpan(range, now)
    expect(to).toBeLessThanOrEqual(now)
    expect(now - to).toBeLessThan(300_000)
    expect(to - from).toBe(SPAN_MS[range])
  }
  expect(storedSpan('24h', now)).toEqual(storedSpan('24h', now + 1_000))
})

test('a closer look replaces what it covers and nothing else', () => {
  const coarse = series([10, 1, 1, 1], [20, 2, 2, 2], [30, 3, 3, 3], [40, 4, 4, 4])
  const fine = series([18, 5, 5, 5], [22, 6, 6, 6], [32, 9, 9, 9])
  expect(pointsOf(coarse, fine, [15, 30], undefined).map(([at]) => at)).toEqual([10, 18, 22, 40])
  expect(pointsOf(coarse, undefined, [15, 30], undefined)).toHaveLength(4)
  expect(pointsOf(coarse, series(), [15, 30], undefined)).toHaveLength(4)
})

test('the newest reading joins at the end, once', () => {
  const stored = series([10, 1, 1, 1])
  expect(pointsOf(stored, undefined, undefined, [20, 7, 7, 7]).map(([at]) => at)).toEqual([10, 20])
  expect(pointsOf(stored, undefined, undefined, [10, 7, 7, 7]).map(([at]) => at)).toEqual([10])
  expect(pointsOf(undefined, undefined, undefined, [20, 7, 7, 7])).toHaveLength(1)
})

test('an old reading or a missing number is no point', () => {
  expect(newestPoint(aMiner(), 'power')?.[2]).toBe(17.9)
  expect(newestPoint(aMiner({ stale: true }), 'power')).toBeUndefined()
  expect(newestPoint(aMiner({ latest: null }), 'power')).toBeUndefined()
  expect(newestPoint(aMiner({ latest: aReading({ power_w: null }) }), 'power')).toBeUndefined()
})

const ids = (...miner: Parameters<typeof aMiner>) =>
  chartsOf(aMiner(...miner)).map(({ id, metrics }) => `${id}: ${metrics.join(', ')}`)

test('a chart that can never have a line is not shown', () => {
  expect(ids()).toEqual([
    'hashrate: hashrate',
    'temperature: temperature, vr_temperature',
    'power: power',
    'fan: fan_pct',
  ])
  const { capabilities } = aMiner()
  expect(
    ids({
      capabilities: { ...capabilities, measures_power: false },
      latest: aReading({ power_w: null, vr_temperature_c: null, fan_pct: null }),
    }),
  ).toEqual(['hashrate: hashrate', 'temperature: temperature', 'fan: fan_rpm'])
})

test('a chart in words: least, mean and most of what can be seen', () => {
  const { format } = lineOf('power')
  const points = series([10, 1, 2, 3], [20, 4, 5, 6], [30, 7, 8, 90]).points
  expect(summaryOf(points, [10, 20], format)).toEqual({ least: '1.0 W', mean: '3.5 W', most: '6.0 W' })
  expect(summaryOf(points, [11, 12], format)).toBeUndefined()
})
