import { z } from 'zod'
import type { LoginBody } from '@/api/generated/types.gen.ts'

/** Messages are keys of the texts. */
export const signInForm = z.object({
  name: z.string().trim().min(1, 'name.missing'),
  password: z.string().min(1, 'password.missing'),
  totp: z.string(),
})

export type SignInForm = z.infer<typeof signInForm>

/** The form mirrors the screen; this is where it becomes the request. */
export function credentials({ name, password, totp }: SignInForm): LoginBody {
  // Authenticators show the digits in two groups, and people type what they see.
  const code = totp.replaceAll(/\s/g, '')
  return code === '' ? { name, password } : { name, password, totp: code }
}

/** Only a path of ours: a link must not be able to send whoever signs in to another place. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/'
}

/** The name as a shell takes it, or a placeholder while nothing has been typed. */
export function shellName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '') {
    return 'NAME'
  }
  return /^[\w.@-]+$/.test(trimmed) ? trimmed : `'${trimmed.replaceAll("'", String.raw`'\''`)}'`
}
