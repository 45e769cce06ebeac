import { expect, test } from 'vitest'
import { minerSearch } from './search.ts'

test('what the address bar holds is kept', () => {
  const search = { tab: 'raw', range: '7d', from: 10, to: 20, ask: 'restart' }
  expect(minerSearch(search)).toEqual(search)
})

test('what cannot be used is left out and breaks nothing', () => {
  expect(minerSearch({ tab: 'pools', range: 7, from: 20, to: 10, ask: 'explode', more: true })).toEqual({})
  expect(minerSearch({ from: 'yesterday', to: 20 })).toEqual({})
  expect(minerSearch({ from: 20 })).toEqual({})
})
