import { expect, test } from 'vitest'
import { dashboardSearch } from './search.ts'

test('an address that was typed badly still opens the page', () => {
  expect(dashboardSearch({ range: '2h', metric: 'luck', algorithm: 7 })).toEqual({})
  expect(dashboardSearch({ range: '7d', metric: 'power', algorithm: 'randomx' })).toEqual({
    range: '7d',
    metric: 'power',
    algorithm: 'randomx',
  })
})
