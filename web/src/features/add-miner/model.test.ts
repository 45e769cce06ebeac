import { expect, test } from 'vitest'
import type { InspectedMiner } from '@/api/generated/types.gen.ts'
import { cleaned, findForm, isAddress, nameForm, tagsOf, toQuestion, toRequest } from './model.ts'

test('an address is a name or a literal and nothing more', () => {
  for (const good of ['192.168.1.20', 'fd00::20', 'bitaxe', 'bitaxe.local', 'miner_1.lan']) {
    expect(isAddress(good), good).toBe(true)
  }
  for (const bad of [
    '',
    'bad host!',
    'a/b',
    'user@host',
    '-x',
    'host..lan',
    'a\nb',
    '[::1]',
    'g::1',
    '1:2',
  ]) {
    expect(isAddress(bad), bad).toBe(false)
  }
})

test('what was copied from the address bar is understood', () => {
  expect(cleaned(' http://192.168.1.40/ ')).toEqual({ address: '192.168.1.40', port: undefined })
  expect(cleaned('https://bitaxe.local:8080/#/home?x')).toEqual({ address: 'bitaxe.local', port: '8080' })
  expect(cleaned('[fd00::20]:80')).toEqual({ address: 'fd00::20', port: '80' })
  expect(cleaned('fd00::20')).toEqual({ address: 'fd00::20', port: undefined })
  expect(cleaned('bad host!')).toEqual({ address: 'bad host!', port: undefined })
})

test('the port that was typed outweighs the one that was copied', () => {
  const form = { address: 'bitaxe.local:8080', port: '' }
  expect(toQuestion(form)).toEqual({ address: 'bitaxe.local', port: 8080 })
  expect(toQuestion({ ...form, port: '81' }).port).toBe(81)
  expect(toQuestion({ ...form, address: 'bitaxe.local' })).toEqual({ address: 'bitaxe.local' })
})

test('what is added is what answered', () => {
  const form = { name: ' Shed ', tags: ' shed, s9,shed , ' }
  const found = { address: '192.168.1.40', port: 80, family: 'axeos' } as InspectedMiner
  expect(toRequest(form, found)).toEqual({
    name: 'Shed',
    address: '192.168.1.40',
    port: 80,
    family: 'axeos',
    tags: ['shed', 's9'],
    verify: true,
  })
})

test('what is wrong is said at its field', () => {
  const issues = [
    findForm.safeParse({ address: 'bad host!', port: '0' }),
    findForm.safeParse({ address: '', port: '' }),
    nameForm.safeParse({ name: '', tags: 'x'.repeat(65) }),
  ].flatMap(({ error }) => error?.issues ?? [])
  expect(issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'address: address.form',
    'port: port.form',
    'address: address.missing',
    'name: name.missing',
    'tags: tags.long',
  ])
})

test('tags are told apart by commas', () => {
  expect(tagsOf('')).toEqual([])
  expect(tagsOf('upper floor, shed')).toEqual(['upper floor', 'shed'])
})
