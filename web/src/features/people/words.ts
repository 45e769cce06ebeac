import type { Scope, Token, User } from '@/api/generated/types.gen.ts'

/** Somebody must be able to let others in. */
export function isLastAdmin(user: User, all: readonly User[]): boolean {
  return user.role === 'admin' && all.every((one) => one.id === user.id || one.role !== 'admin')
}

export const SCOPES: readonly Scope[] = ['read', 'control', 'metrics', 'admin']

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
