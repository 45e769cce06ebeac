import { expect, test } from 'vitest'
import { axisLabels, momentLabel } from './labels.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const EVENING = Date.UTC(2026, 10, 20, 22)

const london = (locale: string) => ({ locale, timeZone: 'Europe/London' })

test('hours are written as the reader writes them', () => {
  const times = [EVENING, EVENING + HOUR]
  expect(axisLabels(times, HOUR, london('en-GB'))).toEqual(['22:00', '23:00'])
  expect(axisLabels(times, HOUR, london('de-DE'))).toEqual(['22:00', '23:00'])
  expect(axisLabels(times, HOUR, london('en-US')).map((text) => text.replace(/\s/, ' '))).toEqual([
    '10:00 PM',
    '11:00 PM',
  ])
})

test('a new day is named where it begins, in the zone of the house', () => {
  const midnight = EVENING + 2 * HOUR
  expect(axisLabels([midnight], HOUR, london('en-GB'))[0]).toMatch(/^Sat,? 21 Nov$/)
  expect(axisLabels([midnight], HOUR, { locale: 'en-GB', timeZone: 'Europe/Berlin' })).toEqual(['01:00'])
  expect(axisLabels([midnight - HOUR], HOUR, { locale: 'en-GB', timeZone: 'Europe/Berlin' })[0]).toMatch(
    /21 Nov/,
  )
})

test('the day on which the clock goes back has its hour twice', () => {
  const before = Date.UTC(2026, 9, 25, 0)
  const times = [before, before + HOUR, before + 2 * HOUR]
  expect(axisLabels(times, HOUR, london('en-GB'))).toEqual(['01:00', '01:00', '02:00'])
})

test('days and months stand for themselves', () => {
  expect(axisLabels([EVENING], DAY, london('en-GB'))).toEqual(['20 Nov'])
  expect(axisLabels([EVENING], 30 * DAY, london('en-GB'))).toEqual(['Nov 2026'])
})

test('seconds are told only where they matter', () => {
  expect(momentLabel(EVENING, london('en-GB'))).toMatch(/^Fri,? 20 Nov,? 22:00$/)
  expect(momentLabel(EVENING + 5_000, london('en-GB'))).toMatch(/22:00:05$/)
})
