import { use } from 'react'
import common from '../locales/en/common.json'

/** Sentences under their names; a name may stand for a group of them. */
export interface Texts {
  readonly [name: string]: string | Texts
}

export interface Options {
  /** Chooses between `name_one`, `name_other` and whatever else the language has; `name_zero` for none at all. */
  count?: number
  /** Chooses `name_context` where there is one. */
  context?: string
  /** Where there is no such text. */
  defaultValue?: string
  /** What takes the place of `{{name}}`. */
  [name: string]: unknown
}

/** Says a text by its name, `group.name`, or that of another part of the app, `part:group.name`. */
export type Say = (name: string, options?: Options) => string

/** English is complete; what a further language lacks is said in English. */
const LANGUAGE = 'en'
/** What every page needs comes with the page; the rest with its part. */
const EVERYWHERE = 'common'

/** One file for each language and each part of the app. */
const FILES = import.meta.glob<{ default: Texts }>(['../locales/*/*.json', '!**/en/common.json'])

const rules = new Intl.PluralRules(LANGUAGE)
const known = new Map<string, Texts>([[EVERYWHERE, common]])
const coming = new Map<string, Promise<void>>([[EVERYWHERE, isThere(Promise.resolve())]])
const voices = new Map<string, { t: Say; has: (name: string) => boolean }>()

/** For a route's loader: its texts arrive together with its code. */
export async function loadTexts(...parts: string[]): Promise<void> {
  await Promise.all(parts.map(load))
}

function load(part: string): Promise<void> {
  let promise = coming.get(part)
  if (!promise) {
    const fresh = fetchTexts(part)
    promise = fresh
    coming.set(part, fresh)
    // What failed may be asked for again.
    fresh.then(() => isThere(fresh)).catch(() => coming.delete(part))
  }
  return promise
}

/** React reads the status: whoever waits for what is there is not held up. */
function isThere(promise: Promise<void>): Promise<void> {
  return Object.assign(promise, { status: 'fulfilled', value: undefined } as const)
}

async function fetchTexts(part: string): Promise<void> {
  const file = FILES[`../locales/${LANGUAGE}/${part}.json`]
  if (!file) {
    throw new Error(`there are no texts for ${part} in ${LANGUAGE}`)
  }
  known.set(part, (await file()).default)
}

/** The words of one part of the app. A part whose route has not loaded them waits for them here. */
export function useTranslation(part: string) {
  // Always, and not only as long as they are not there: a component that asks differently the second time confuses React.
  use(load(part))
  return voice(part)
}

/** Outside of components; of what every page needs. */
export const t: Say = (name, options) => voice(EVERYWHERE).t(name, options)

function voice(part: string) {
  let found = voices.get(part)
  if (!found) {
    found = {
      t: (name, options = {}) => say(known, part, name, options),
      has: (name) => pick(known, part, name, {}) !== undefined,
    }
    voices.set(part, found)
  }
  return found
}

/** What `name` says. Where nobody wrote it, the name itself stands on the page, for everybody to see. */
export function say(
  parts: ReadonlyMap<string, Texts>,
  part: string,
  name: string,
  options: Options = {},
): string {
  const text = pick(parts, part, name, options) ?? options.defaultValue ?? name
  return text.replace(/\{\{(\w+)\}\}/g, (_, word: string) => String(options[word] ?? ''))
}

/** The most fitting of `name_context_plural`, `name_context`, `name_plural` and `name`. */
function pick(
  parts: ReadonlyMap<string, Texts>,
  part: string,
  name: string,
  { count, context }: Options,
): string | undefined {
  const colon = name.indexOf(':')
  const texts = parts.get(colon < 0 ? part : name.slice(0, colon))
  const path = name.slice(colon + 1)
  const within = context === undefined ? '' : `_${context}`
  const plural = count === undefined ? '' : `_${rules.select(count)}`
  const none = count === 0 ? '_zero' : plural
  for (const ending of new Set([within + none, within + plural, within, none, plural, ''])) {
    const text = at(texts, `${path}${ending}`)
    if (text !== undefined) {
      return text
    }
  }
  return undefined
}

function at(texts: Texts | undefined, path: string): string | undefined {
  let place: string | Texts | undefined = texts
  for (const name of path.split('.')) {
    place = typeof place === 'object' && Object.hasOwn(place, name) ? place[name] : undefined
  }
  return typeof place === 'string' ? place : undefined
}
