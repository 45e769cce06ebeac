import { expect, test } from 'vitest'
import { credentials } from './model.ts'

function form(values: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(values)) {
    data.set(name, value)
  }
  return data
}

test('a name is trimmed and a password is left as typed', () => {
  expect(credentials(form({ name: ' ada ', password: ' two words ' }))).toEqual({
    name: 'ada',
    password: ' two words ',
  })
})

test('a code may be typed in groups, and an empty one is not sent', () => {
  expect(credentials(form({ name: 'ada', password: 'x', totp: '123 456' }))).toMatchObject({ totp: '123456' })
  expect(credentials(form({ name: 'ada', password: 'x', totp: ' ' }))).not.toHaveProperty('totp')
})
