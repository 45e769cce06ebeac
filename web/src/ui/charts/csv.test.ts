import { expect, test } from 'vitest'
import { fileName } from '@/lib/files.ts'
import { align } from './align.ts'
import { toCsv } from './csv.ts'
import type { ChartSeries } from './types.ts'

const HALF_PAST = Date.UTC(2026, 10, 20, 12, 30)

const series = (label: string, points: ChartSeries['points'], unit = 'W'): ChartSeries => ({
  label,
  unit,
  color: 'series-1',
  points,
  format: () => 'for the eye only',
})

test('plain numbers, times in UTC, and nothing where nothing is known', () => {
  const all = [
    series('Power', [
      [HALF_PAST, 17.5, 18.25, 19],
      [HALF_PAST + 60_000, null, null, null],
    ]),
    series('Fan', [[HALF_PAST, 0, 0, 0]], '%'),
  ]
  expect(toCsv(all, align(all)).split('\r\n')).toEqual([
    'time,Power (W) min,Power (W) mean,Power (W) max,Fan (%) min,Fan (%) mean,Fan (%) max',
    '2026-11-20T12:30:00.000Z,17.5,18.25,19,0,0,0',
    '2026-11-20T12:31:00.000Z,,,,,,',
    '',
  ])
})

test('a label with a comma or a quote keeps its column', () => {
  const all = [series('Garage, "left"', [], '')]
  expect(toCsv(all, align(all))).toBe(
    'time,"Garage, ""left"" min","Garage, ""left"" mean","Garage, ""left"" max"\r\n',
  )
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)'])('%s is a label and not a formula', (label) => {
  const all = [series(label, [], '')]
  expect(toCsv(all, align(all))).toContain(`,'${label} min`)
})

test('files are called after the chart', () => {
  expect(fileName('Hash rate, live', 'csv')).toBe('hash-rate-live.csv')
  expect(fileName('Température – Küche', 'png')).toBe('temperature-kuche.png')
  expect(fileName('温度', 'csv')).toBe('file.csv')
})
