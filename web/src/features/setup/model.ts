import { z } from 'zod'

const LETTERS = 16

/** The manager reads small and capital letters, dashes and blanks alike; only the number of letters is sure. */
const lettersOf = (code: string) => code.replaceAll(/[\s-]/g, '')

/** Messages are keys of the texts. The manager has the last word on all of this. */
export const codeForm = z.object({
  code: z
    .string()
    .trim()
    .min(1, 'code.missing')
    .refine((code) => code === '' || lettersOf(code).length === LETTERS, 'code.form'),
})

const PASSWORD_LETTERS_MIN = 10
const PASSWORD_BYTES_MAX = 256
const NAME_MAX = 64

export const accountForm = z
  .object({
    name: z.string().trim().min(1, 'name.missing').max(NAME_MAX, 'name.long'),
    password: z
      .string()
      .min(1, 'password.missing')
      .refine((text) => text === '' || [...text].length >= PASSWORD_LETTERS_MIN, 'password.short')
      .refine((text) => new TextEncoder().encode(text).length <= PASSWORD_BYTES_MAX, 'password.long'),
  })
  .refine(({ name, password }) => password === '' || password.toLowerCase() !== name.toLowerCase(), {
    path: ['password'],
    message: 'password.name',
  })

export type CodeForm = z.infer<typeof codeForm>
export type AccountForm = z.infer<typeof accountForm>
