import { expect, test } from 'vitest'
import type { DiscoveryResult } from '@/api/generated/types.gen.ts'
import { addable, standingOf } from './standing.ts'

const found = (change: Partial<DiscoveryResult>) =>
  ({ id: 1, claimants: [], moved_from: null, known_miner_id: null, ...change }) as DiscoveryResult
const moved_from = { miner_id: 7, address: '192.168.1.20', sure: true }

test('a find is new, known, moved or disputed, whatever weighs most', () => {
  expect(standingOf(found({}))).toBe('new')
  expect(standingOf(found({ known_miner_id: 7 }))).toBe('known')
  expect(standingOf(found({ known_miner_id: 7, moved_from }))).toBe('moved')
  expect(standingOf(found({ moved_from: { ...moved_from, sure: false } }))).toBe('moved')
  expect(standingOf(found({ known_miner_id: 7, claimants: ['a', 'b'] }))).toBe('disputed')
})

test('only what is new is added with all the others', () => {
  const all = [
    found({}),
    found({ id: 2, claimants: ['a', 'b'] }),
    found({ id: 3, moved_from }),
    found({ id: 4 }),
  ]
  expect(addable(all)).toEqual([1, 4])
})
