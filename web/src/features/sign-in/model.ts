import type { Credentials } from '@/api/client.ts'
import type { Problem } from '@/api/problem.ts'

/** The form mirrors the screen; this is where it becomes the request. */
export function credentials(values: FormData): Credentials {
  // Authenticators show the digits in two groups, and people type what they see.
  const totp = String(values.get('totp') ?? '').replaceAll(/\s/g, '')
  return {
    name: String(values.get('name')).trim(),
    password: String(values.get('password')),
    ...(totp === '' ? {} : { totp }),
  }
}

export function isTotpRequired(problem: Problem): boolean {
  return problem.type === '/problems/totp-required'
}
