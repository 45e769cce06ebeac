import { expect, test } from 'vitest'
import { credentials, safeNext, shellName, signInForm } from './model.ts'

test('a code is sent without the gap in the middle, and not at all where none was typed', () => {
  const typed = { name: 'ada', password: ' a b ', totp: '123 456' }
  expect(credentials(typed)).toEqual({ name: 'ada', password: ' a b ', totp: '123456' })
  expect(credentials({ ...typed, totp: ' ' })).toEqual({ name: 'ada', password: ' a b ' })
})

test('a name loses the blanks around it, a password keeps every letter', () => {
  const form = signInForm.parse({ name: ' ada ', password: ' x ', totp: '' })
  expect(form).toEqual({ name: 'ada', password: ' x ', totp: '' })
  expect(signInForm.safeParse({ name: ' ', password: '', totp: '' }).success).toBe(false)
})

test('after signing in nobody is led out of the house', () => {
  expect(safeNext('/miners?q=a#b')).toBe('/miners?q=a#b')
  for (const outside of [
    undefined,
    '',
    'https://example.org',
    '//example.org',
    '/\\example.org',
    'javascript:1',
  ]) {
    expect(safeNext(outside)).toBe('/')
  }
})

test('the command can be pasted into a shell whatever the name is', () => {
  expect(shellName('ada')).toBe('ada')
  expect(shellName('  ')).toBe('NAME')
  expect(shellName('Ada L.')).toBe("'Ada L.'")
  expect(shellName("o'neill; rm")).toBe(String.raw`'o'\''neill; rm'`)
})
