import { describe, expect, test } from 'vitest'
import { loadTexts, say, type Texts } from './i18n.ts'

const PARTS = new Map<string, Texts>([
  [
    'here',
    {
      plain: 'Miners',
      greet: 'Hello {{name}}, {{name}}!',
      found_zero: 'Nothing found',
      found_other: '{{count}} found',
      miners_one: '{{count}} miner',
      miners_other: '{{count}} miners',
      runs: {
        mine_one: 'mines',
        mine_other: 'mine',
        mine_in_one: 'mines in {{mode}}',
        mine_in: 'in {{mode}}',
      },
    },
  ],
  ['common', { yes: 'Yes' }],
])
const here = (name: string, options = {}) => say(PARTS, 'here', name, options)

describe('texts', () => {
  test('are found by name, in groups and in other parts', () => {
    expect(here('plain')).toBe('Miners')
    expect(here('runs.mine_one')).toBe('mines')
    expect(here('common:yes')).toBe('Yes')
  })

  test('take what is filled in as it is, and never twice', () => {
    expect(here('greet', { name: '<b>{{name}}</b>' })).toBe('Hello <b>{{name}}</b>, <b>{{name}}</b>!')
    expect(here('greet')).toBe('Hello , !')
  })

  test('follow the number and the context, each as far as it is written', () => {
    expect(here('miners', { count: 1 })).toBe('1 miner')
    expect(here('miners', { count: 0 })).toBe('0 miners')
    expect(here('found', { count: 0 })).toBe('Nothing found')
    expect(here('found', { count: 2 })).toBe('2 found')
    expect(here('runs.mine', { count: 1, context: 'in', mode: 'Eco' })).toBe('mines in Eco')
    expect(here('runs.mine', { count: 2, context: 'in', mode: 'Eco' })).toBe('in Eco')
    expect(here('runs.mine', { count: 2, context: 'out' })).toBe('mine')
  })

  test('that nobody wrote are said by their default, or by their name', () => {
    expect(here('mode.warp', { defaultValue: 'warp' })).toBe('warp')
    expect(here('nowhere.to.be.found')).toBe('nowhere.to.be.found')
    expect(here('runs')).toBe('runs')
    expect(here('constructor')).toBe('constructor')
    expect(here('absent:yes')).toBe('absent:yes')
  })

  test('of a part that does not exist are refused', async () => {
    await expect(loadTexts('no-such-part')).rejects.toThrow('no-such-part')
  })
})
