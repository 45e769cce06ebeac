import { expect, test } from 'vitest'
import type { User } from '@/api/generated/types.gen.ts'
import { expiresAt, isLastAdmin, isOver } from './words.ts'

const person = (id: number, role: User['role']): User => ({
  id,
  role,
  name: `p${id}`,
  created_at: '2026-11-01T12:00:00Z',
  totp_enabled: false,
})

test('s1_the last administrator is known as such', () => {
  const [ada, bob, eve] = [person(1, 'admin'), person(2, 'operator'), person(3, 'admin')]
  expect(isLastAdmin(ada, [ada, bob])).toBe(true)
  expect(isLastAdmin(ada, [ada, bob, eve])).toBe(false)
  expect(isLastAdmin(bob, [ada, bob])).toBe(false)
})

test('a token ends when it was said to, or never', () => {
  const now = Date.parse('2026-11-01T12:00:00Z')
  expect(expiresAt('never', now)).toBeNull()
  expect(expiresAt('month', now)).toBe('2026-12-01T12:00:00.000Z')
  expect(isOver({ expires_at: '2026-11-01T12:00:00Z' }, now)).toBe(true)
  expect(isOver({ expires_at: '2026-11-01T12:00:01Z' }, now)).toBe(false)
  expect(isOver({ expires_at: null }, now)).toBe(false)
})
