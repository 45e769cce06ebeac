import { expect, test } from 'vitest'
import { currencies, currencyOfZone, zones } from './places.ts'

test('a zone names its currency only where there is one', () => {
  expect(currencyOfZone('Europe/London')).toBe('GBP')
  expect(currencyOfZone('Europe/Vienna')).toBe('EUR')
  expect(currencyOfZone('Australia/Perth')).toBe('AUD')
  expect(currencyOfZone('Europe/Istanbul')).toBeUndefined()
  expect(currencyOfZone('Etc/UTC')).toBeUndefined()
})

test('every guess can be chosen', () => {
  const choices = new Set(currencies('en').map(({ value }) => value))
  for (const zone of zones()) {
    const guess = currencyOfZone(zone)
    expect(guess === undefined || choices.has(guess), zone).toBe(true)
  }
})

test('currencies stand in the order of their names', () => {
  const labels = currencies('en').map(({ label }) => label)
  expect(labels[0]).toBe('Afghan Afghani (AFN)')
  expect(labels).toContain('British Pound (GBP)')
})

test('a zone in use is offered even if the browser does not name it', () => {
  expect(zones('Nowhere/Land')).toContain('Nowhere/Land')
})
