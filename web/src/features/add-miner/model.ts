import { z } from 'zod'
import type { InspectedMiner, MinerAdd, MinerInspect } from '@/api/generated/types.gen.ts'

const NAME_MAX = 64
const TAGS_MAX = 32
const PORT_MAX = 65_535

const LABEL = /^(?!-)[\w-]{1,63}$/

/** A host name or an address, as the manager takes it: without scheme, path and port. */
export function isAddress(text: string): boolean {
  if (text.includes(':')) {
    return isV6(text)
  }
  return text.length <= 253 && text.split('.').every((part) => LABEL.test(part))
}

function isV6(text: string): boolean {
  try {
    // The browser knows the rules of addresses better than a pattern would.
    return new URL(`http://[${text}]/`).hostname.length > 0
  } catch {
    return false
  }
}

/** People copy from the address bar: `http://192.168.1.40:8080/` is an address and a port. */
export function cleaned(typed: string): { address: string; port: string | undefined } {
  const text = typed.trim()
  const place = text.replace(/^https?:\/\//i, '').replace(/[/?#].*$/, '')
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(place)?.groups
  return { address: parts?.v6 ?? parts?.host ?? place, port: parts?.port }
}

export const tagsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]

const isPort = (text: string) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= PORT_MAX

/** Where it is. Messages are keys of the texts. */
export const findForm = z.object({
  address: z
    .string()
    .min(1, 'address.missing')
    .refine((text) => text === '' || isAddress(cleaned(text).address), 'address.form'),
  port: z.string().refine((text) => text.trim() === '' || isPort(text.trim()), 'port.form'),
})

/** How it is called. */
export const nameForm = z.object({
  name: z.string().trim().min(1, 'name.missing').max(NAME_MAX, 'name.long'),
  tags: z
    .string()
    .refine((text) => tagsOf(text).length <= TAGS_MAX, 'tags.many')
    .refine((text) => tagsOf(text).every((tag) => tag.length <= NAME_MAX), 'tags.long'),
})

export type FindForm = z.infer<typeof findForm>
export type NameForm = z.infer<typeof nameForm>

/** Whom to ask, of what has been typed. */
export function toQuestion(form: FindForm): MinerInspect {
  const { address, port } = cleaned(form.address)
  const chosen = form.port.trim() || port
  return { address, ...(chosen ? { port: Number(chosen) } : {}) }
}

/** The form mirrors the screen; this is where it becomes the request. */
export const toRequest = (form: NameForm, { address, port, family }: InspectedMiner): MinerAdd => ({
  name: form.name.trim(),
  address,
  port,
  family,
  tags: tagsOf(form.tags),
  verify: true,
})

/** What is wrong with the device and not with the words. */
const DEVICE_PROBLEMS = new Set([
  'device-unreachable',
  'device-not-recognised',
  'device-malformed',
  'device-not-allowed',
  'credentials-refused',
  'already-known',
])

export const isDeviceProblem = (slug: string): boolean => DEVICE_PROBLEMS.has(slug)
