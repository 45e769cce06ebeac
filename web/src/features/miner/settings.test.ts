import { expect, test } from 'vitest'
import { aMiner } from '@/test/miners.ts'
import { changesOf, fieldsOf, type SettingsFields, settingsFault, tagsOf } from './settings.ts'

const miner = aMiner({ tags: ['office', 'quiet'] })
const fields = (differences: Partial<SettingsFields>) => ({ ...fieldsOf(miner), ...differences })

test('nothing changed is nothing sent', () => {
  expect(changesOf(miner, fieldsOf(miner))).toEqual({})
  expect(changesOf(miner, fields({ name: ' blue ', tags: 'office,  quiet,' }))).toEqual({})
})

test('only what is different is sent', () => {
  const change = fields({ name: 'green', port: '8080', tags: 'office', overclock: true })
  expect(changesOf(miner, change)).toEqual({
    name: 'green',
    port: 8080,
    tags: ['office'],
    may_overclock: true,
  })
})

test('tags are words between commas, each once', () => {
  expect(tagsOf(' a, b b ,a,, ')).toEqual(['a', 'b b'])
  expect(tagsOf('')).toEqual([])
})

const fault = (address: string) => settingsFault('address', fields({ address }))

test('an address is a name or a number and nothing that stands in a link', () => {
  for (const good of ['192.168.1.20', 'fd00::20', 'bitaxe', 'bitaxe.local', 'miner_1.lan', ' 10.0.0.1 ']) {
    expect(fault(good), good).toBeUndefined()
  }
  for (const bad of [
    '',
    'http://1.2.3.4',
    '1.2.3.4:80',
    'a/b',
    'user@host',
    'a b',
    '-x',
    'host..lan',
    '[::1]',
  ]) {
    expect(fault(bad), bad).toBe('settings.addressWrong')
  }
})

test('name, port and tags have their bounds', () => {
  expect(settingsFault('name', fields({ name: '  ' }))).toBe('settings.nameWrong')
  expect(settingsFault('name', fields({ name: 'x'.repeat(65) }))).toBe('settings.nameWrong')
  for (const port of ['0', '65536', '80.5', 'http', '']) {
    expect(settingsFault('port', fields({ port })), port).toBe('settings.portWrong')
  }
  expect(settingsFault('tags', fields({ tags: 'x'.repeat(65) }))).toBe('settings.tagsLong')
  expect(settingsFault('tags', fields({ tags: Array.from({ length: 33 }, (_, n) => n).join() }))).toBe(
    'settings.tagsMany',
  )
})
