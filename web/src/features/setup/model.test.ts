import { expect, test } from 'vitest'
import { accountForm, codeForm } from './model.ts'

const complaints = (form: typeof codeForm | typeof accountForm, values: unknown) =>
  form.safeParse(values).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a code may be typed with or without dashes, in any case', () => {
  for (const code of ['abcd-efgh-jkmn-pqrs', 'ABCDEFGHJKMNPQRS', ' abcd efgh jkmn pqrs ']) {
    expect(complaints(codeForm, { code })).toEqual([])
  }
  expect(complaints(codeForm, { code: 'abcd-efgh' })).toEqual(['code: code.form'])
  expect(complaints(codeForm, { code: '' })).toEqual(['code: code.missing'])
})

test('a password is long enough, not too long, and not the name', () => {
  expect(complaints(accountForm, { name: 'ada', password: 'a few words' })).toEqual([])
  expect(complaints(accountForm, { name: 'ada', password: 'too short' })).toEqual([
    'password: password.short',
  ])
  // Letters are counted, not their parts: ten faces are ten letters, and 65 of them are too many bytes.
  expect(complaints(accountForm, { name: 'ada', password: '🦀'.repeat(10) })).toEqual([])
  expect(complaints(accountForm, { name: 'ada', password: '🦀'.repeat(65) })).toEqual([
    'password: password.long',
  ])
  const name = 'ada of the mill'
  expect(complaints(accountForm, { name, password: name.toUpperCase() })).toEqual(['password: password.name'])
})

test('what is missing is said once', () => {
  expect(complaints(accountForm, { name: ' ', password: '' })).toEqual([
    'name: name.missing',
    'password: password.missing',
  ])
})
