import { expect, test } from 'vitest'
import { offered, spoken } from './hours.ts'

test('what was chosen elsewhere can be chosen again', () => {
  expect(offered(null)).toEqual([1, 3, 6, 12, 24, 48, 168])
  expect(offered(24)).toEqual(offered(null))
  expect(offered(5)).toEqual([1, 3, 5, 6, 12, 24, 48, 168])
})

test('a day and a week have their own words', () => {
  expect([1, 24, 48, 168].map(spoken)).toEqual(['hours', 'day', 'hours', 'week'])
})
