import { expect, test } from 'vitest'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { facetsOf, grouped, linesOf, select } from './rows.ts'
import { minersSearch } from './search.ts'

const names = (miners: readonly { name: string }[]) => miners.map((miner) => miner.name)

const nine = aMiner({ id: 1, name: 'miner 9', tags: ['cellar'], latest: aReading({ hashrate_hs: 2e12 }) })
const ten = aMiner({
  id: 2,
  name: 'Miner 10',
  tags: ['cellar', 'loud'],
  latest: aReading({ hashrate_hs: 1e12 }),
})
const silent = aMiner({
  id: 3,
  name: 'attic',
  state: 'offline',
  stale: true,
  latest: aReading({ hashrate_hs: 9e12 }),
})

test('names are sorted as people count', () => {
  expect(names(select([ten, nine, silent], {}))).toEqual(['attic', 'miner 9', 'Miner 10'])
  expect(names(select([ten, nine, silent], { down: true }))).toEqual(['Miner 10', 'miner 9', 'attic'])
})

test('what is not known or stale stands at the end, whichever way the rest is sorted', () => {
  expect(names(select([silent, ten, nine], { sort: 'hashrate' }))).toEqual(['Miner 10', 'miner 9', 'attic'])
  expect(names(select([silent, ten, nine], { sort: 'hashrate', down: true }))).toEqual([
    'miner 9',
    'Miner 10',
    'attic',
  ])
})

test('every word of the search must be found, in whatever order', () => {
  expect(names(select([nine, ten, silent], { q: 'LOUD miner' }))).toEqual(['Miner 10'])
  expect(select([nine], { q: 'nowhere' })).toEqual([])
})

test('filters add up', () => {
  expect(names(select([nine, ten, silent], { state: 'mining', tag: 'loud', family: 'axeos' }))).toEqual([
    'Miner 10',
  ])
})

test('heat protection at work is a state of its own', () => {
  const hot = aMiner({
    desired: {
      power: null,
      pool: null,
      mode: { value: 'eco', owner: 'safety', reason: 'too hot', until: null, goes_back_to: null },
    },
  })
  expect(select([hot], { state: 'hot' })).toEqual([hot])
  expect(select([hot], { state: 'mining' })).toEqual([])
  expect(facetsOf([hot, nine, silent]).states).toEqual([
    { state: 'mining', count: 1 },
    { state: 'hot', count: 1 },
    { state: 'offline', count: 1 },
  ])
})

test('a miner with two tags stands below both, one without a tag at the end', () => {
  const groups = grouped([nine, ten, silent], 'tag')
  expect(groups.map((group) => [group.tag, names(group.miners)])).toEqual([
    ['cellar', ['miner 9', 'Miner 10']],
    ['loud', ['Miner 10']],
    [null, ['attic']],
  ])
})

test('lines hold as many miners as fit side by side and never two groups', () => {
  const lines = linesOf(grouped([nine, ten, silent], 'tag'), 2)
  expect(lines.map((line) => (line.kind === 'group' ? line.tag : [line.first, names(line.miners)]))).toEqual([
    'cellar',
    [0, ['miner 9', 'Miner 10']],
    'loud',
    [2, ['Miner 10']],
    null,
    [3, ['attic']],
  ])
  expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length)
})

test('an address that was typed badly still opens the page', () => {
  expect(minersSearch({ q: 7, sort: 'luck', down: 'yes', view: 'cards', tag: '' })).toEqual({
    q: '7',
    view: 'cards',
  })
})
