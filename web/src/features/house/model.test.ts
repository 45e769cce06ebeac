import { expect, test } from 'vitest'
import { waysBack } from './model.ts'

test('the way back from paused is the mode before it', () => {
  expect(waysBack('paused', 'live')).toEqual(['live'])
  expect(waysBack('paused', 'dry_run')).toEqual(['dry_run'])
})

test('where nobody remembers, both ways are offered, the careful one first', () => {
  expect(waysBack('paused', null)).toEqual(['dry_run', 'live'])
  expect(waysBack('paused', 'paused')).toEqual(['dry_run', 'live'])
})

test('there is no way back from where nobody left', () => {
  expect(waysBack('live', 'dry_run')).toEqual([])
})
