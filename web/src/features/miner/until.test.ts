import { expect, test } from 'vitest'
import { fieldTime, untilBody, untilFault } from './until.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')

test('an hour is counted from the press, not from the opening of the page', () => {
  expect(untilBody({ end: '1h', at: '' }, NOW)).toBe('2026-11-20T13:00:00.000Z')
  expect(untilBody({ end: '4h', at: '' }, NOW)).toBe('2026-11-20T16:00:00.000Z')
  expect(untilBody({ end: 'told', at: 'whatever' }, NOW)).toBe('told')
})

test('a time of the field is a time of the reader, and comes back as the same instant', () => {
  const at = NOW + 90 * 60_000
  expect(untilBody({ end: 'at', at: fieldTime(at) }, NOW)).toBe(new Date(at).toISOString())
})

test('a time that is missing or over is told before it is sent', () => {
  expect(untilFault({ end: 'at', at: '' }, NOW)).toBe('until.missing')
  expect(untilFault({ end: 'at', at: fieldTime(NOW - 60_000) }, NOW)).toBe('until.past')
  expect(untilFault({ end: 'at', at: fieldTime(NOW + 60_000) }, NOW)).toBeUndefined()
  expect(untilFault({ end: 'told', at: '' }, NOW)).toBeUndefined()
})
