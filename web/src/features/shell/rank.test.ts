import { expect, test } from 'vitest'
import { ranked, score } from './rank.ts'

const find = (query: string, ...texts: string[]) => ranked(query, texts, (text) => text)

test('every word must be somewhere, in any order', () => {
  expect(find('3 garage', 'Garage 3', 'Garage 2', 'Shed 3')).toEqual(['Garage 3'])
  expect(score('', 'anything')).toBe(0)
})

test('what begins with it comes before what only contains it', () => {
  expect(find('mine', 'Examine', 'Add miner', 'Miners')).toEqual(['Miners', 'Add miner', 'Examine'])
})

test('letters may be left out, but not two of them alone', () => {
  expect(find('grg3', 'Garage 3', 'Garage 2')).toEqual(['Garage 3'])
  expect(find('ge', 'Gone home')).toEqual([])
})

test('accents and capitals do not matter', () => {
  expect(find('KUCHE', 'Küche')).toEqual(['Küche'])
})

test('an address is found by its end', () => {
  expect(find('1.20', 'blue 192.168.1.20', 'red 192.168.1.21')).toEqual(['blue 192.168.1.20'])
})

test('equals stay in their order', () => {
  expect(find('shed', 'Shed 2', 'Shed 1')).toEqual(['Shed 2', 'Shed 1'])
})
