import { expect, test } from 'vitest'
import { isRange, proposedRanges, rangesOf } from './ranges.ts'

test('ranges are told apart by commas and blanks', () => {
  expect(rangesOf(' 192.168.1.0/24, 10.0.0.0/16 192.168.1.0/24 ')).toEqual(['192.168.1.0/24', '10.0.0.0/16'])
  expect(rangesOf(' ')).toEqual([])
})

test('a range is an address and the length of its network, and not larger than the manager looks through', () => {
  for (const good of ['192.168.1.0/24', '10.0.0.0/16', '192.168.1.20/32', 'fd00::/120']) {
    expect(isRange(good), good).toBe(true)
  }
  for (const bad of ['192.168.1.0', '192.168.1.0/8', '300.1.1.0/24', '192.168.1.*', 'home', '1.2.3.4/33']) {
    expect(isRange(bad), bad).toBe(false)
  }
})

test('what somebody has said comes first, then where the manager stands, then where the page was opened', () => {
  const nothing = { home_ranges: [] }
  const seen = { bridged: false, own_ranges: ['192.168.7.0/24'] }
  const bridged = { bridged: true, own_ranges: [] }
  expect(proposedRanges({ home_ranges: ['10.1.0.0/24'] }, seen, '192.168.1.5')).toEqual(['10.1.0.0/24'])
  expect(proposedRanges(nothing, seen, '192.168.1.5')).toEqual(['192.168.7.0/24'])
  expect(proposedRanges(nothing, bridged, '192.168.1.5')).toEqual(['192.168.1.0/24'])
  expect(proposedRanges(nothing, bridged, 'hmm.local')).toEqual([])
  expect(proposedRanges(nothing, undefined, '127.0.0.1')).toEqual([])
  expect(proposedRanges(nothing, undefined, '172.20.3.4')).toEqual(['172.20.3.0/24'])
  expect(proposedRanges(nothing, undefined, '172.40.3.4')).toEqual([])
})
