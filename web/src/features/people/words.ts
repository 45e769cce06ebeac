import type { Role, Scope, Token, User } from '@/api/generated/types.gen.ts'
import { RANK } from '@/entities/person/me.ts'

/** Somebody must be able to let others in. */
export function isLastAdmin(user: User, all: readonly User[]): boolean {
  return user.role === 'admin' && all.every((one) => one.id === user.id || one.role !== 'admin')
}

export const SCOPES: readonly Scope[] = ['read', 'control', 'metrics', 'admin']

const WORTH: Record<Scope, Role> = { read: 'viewer', metrics: 'viewer', control: 'operator', admin: 'admin' }

/** Whether this needs a higher role than the token is given. */
export function isAbove(scope: Scope, role: Role): boolean {
  return RANK[WORTH[scope]] > RANK[role]
}

export type Expiry = 'never' | 'month' | 'quarter' | 'year'
const DAYS: Record<Exclude<Expiry, 'never'>, number> = { month: 30, quarter: 90, year: 365 }
const DAY_MS = 86_400_000

/** When a token made now ends; `null` for never. */
export function expiresAt(expiry: Expiry, now: number): string | null {
  return expiry === 'never' ? null : new Date(now + DAYS[expiry] * DAY_MS).toISOString()
}

export function isOver({ expires_at }: Pick<Token, 'expires_at'>, now: number): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now
}
