import { describe, expect, test } from 'vitest'
import type { Texts } from './i18n.ts'

const FILES = import.meta.glob<{ default: Texts }>('../locales/*/*.json', { eager: true })
const SOURCES = import.meta.glob<string>(
  ['../**/*.{ts,tsx}', '!../**/*.test.{ts,tsx}', '!../api/generated/**'],
  {
    eager: true,
    query: '?raw',
    import: 'default',
  },
)

/** Every text under its whole name, `part:group.name`. */
const texts = (language: string) =>
  new Map(
    Object.entries(FILES)
      .filter(([path]) => path.includes(`/${language}/`))
      .flatMap(([path, file]) => flat(path.replace(/.*\/(.*)\.json/, '$1:'), file.default)),
  )

function flat(prefix: string, group: Texts): [string, string][] {
  return Object.entries(group).flatMap(([name, text]) =>
    typeof text === 'string'
      ? [[`${prefix}${name}`, text] satisfies [string, string]]
      : flat(`${prefix}${name}.`, text),
  )
}

/** Where a source says a text by a name that stands there in full. */
function said(source: string): string[] {
  const part = /useTranslation\('([\w-]+)'\)/.exec(source)?.[1] ?? 'common'
  const calls = source.matchAll(/(?<![\w.])t\(([^()]*)/g)
  const names = [...calls].flatMap(([, inside = '']) => {
    // What a choice between two texts is made by is no text.
    const first = inside.replace(/[!=]== '[^']*'/g, '').split(',')[0] ?? ''
    return Array.from(first.matchAll(/'([\w-]+:)?([\w.]+)'/g))
  })
  return names.map(([, other, name]) => `${other ?? `${part}:`}${name}`)
}

describe('every text', () => {
  const english = texts('en')
  const roots = new Set([...english.keys()].map((name) => name.replace(/_\w+$/, '')))

  test('that a page names is written', () => {
    const named = Object.entries(SOURCES).flatMap(([path, source]) =>
      said(source).map((name) => ({ path, name })),
    )
    expect(named.length).toBeGreaterThan(300)
    const unknown = named.filter(({ name }) => !(english.has(name) || roots.has(name)))
    expect(unknown).toEqual([])
  })

  test('of another language is one of the English ones', () => {
    const languages = new Set(Object.keys(FILES).map((path) => path.split('/').at(-2) ?? ''))
    for (const language of languages) {
      const odd = [...texts(language).keys()].filter((name) => !roots.has(name.replace(/_\w+$/, '')))
      expect(odd, language).toEqual([])
    }
  })
})
