import { describe, expect, test } from 'vitest'
import { ABILITIES, deviceOf, type Facts, verdictOf } from './abilities.ts'

const HTTP: Facts = {
  secure: false,
  workers: false,
  kept: false,
  offer: false,
  standalone: false,
  clipboard: false,
  notifications: true,
  device: 'chromium',
}
const HTTPS: Facts = { ...HTTP, secure: true, workers: true, kept: true, clipboard: true }
const all = (facts: Facts) => ABILITIES.map((ability) => verdictOf(ability, facts))

describe('what works', () => {
  test('over plain http nothing of it does, and https is what is missing', () => {
    expect(all(HTTP)).toEqual(['https', 'https', 'https', 'https'])
  })

  test('over https everything does', () => {
    expect(all(HTTPS)).toEqual(['works', 'works', 'works', 'works'])
  })

  test('a certificate that the device does not trust keeps the worker out', () => {
    expect(verdictOf('offline', { ...HTTPS, kept: false })).toBe('certificate')
  })

  test('a browser that lacks something over https lacks it for good', () => {
    const poor = { ...HTTPS, workers: false, kept: false, clipboard: false, notifications: false }
    expect(all({ ...poor, device: 'firefox' })).toEqual(['browser', 'browser', 'browser', 'browser'])
  })

  test('an app that is open has been installed', () => {
    expect(verdictOf('install', { ...HTTP, standalone: true })).toBe('works')
  })
})

test.each([
  [
    'ios',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
    5,
  ],
  [
    'ios',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
    5,
  ],
  [
    'safari',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
    0,
  ],
  [
    'android',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
    5,
  ],
  ['chromium', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 0],
  ['firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 0],
] as const)('knows %s', (device, agent, fingers) => {
  expect(deviceOf(agent, fingers)).toBe(device)
})
