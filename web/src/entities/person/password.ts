import { z } from 'zod'

const LETTERS_MIN = 10
const BYTES_MAX = 256
const NAME_MAX = 64

/** Messages are keys of the texts of `person`. The manager has the last word on all of this. */
export const newPassword = z
  .string()
  .min(1, 'fault.passwordMissing')
  .refine((text) => text === '' || [...text].length >= LETTERS_MIN, 'fault.passwordShort')
  .refine((text) => new TextEncoder().encode(text).length <= BYTES_MAX, 'fault.passwordLong')

export const personName = z.string().trim().min(1, 'fault.nameMissing').max(NAME_MAX, 'fault.nameLong')
