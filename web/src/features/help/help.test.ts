import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import texts from '@/locales/en/help.json'
import { blocksOf } from './blocks.ts'
import { found, marks } from './find.ts'
import { askedFor, GROUPS, groupsOf, type Kind, type Topic } from './topics.ts'

/** The repository: the tests run in its web folder. */
const ROOT = resolve('..')
const namesOf = (wanted: Kind) =>
  GROUPS.filter(({ kind }) => kind === wanted).flatMap<string>(({ names }) => names)
const sorted = (names: Iterable<string>) => [...names].toSorted()

/** Every Rust file below a folder. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rs'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
}

describe('help', () => {
  test.each(['topics', 'problems', 'noticed'] as const)(
    'every one of the %s has its words, and no word is left over',
    (kind) => {
      expect(sorted(namesOf(kind))).toEqual(sorted(Object.keys(texts[kind])))
      expect(new Set(namesOf(kind)).size).toBe(namesOf(kind).length)
      for (const { q, a } of Object.values<{ q: string; a: string }>(texts[kind])) {
        expect(q.trim()).not.toBe('')
        expect(a.trim()).not.toBe('')
      }
    },
  )

  test('every kind of problem that the manager answers with is explained', () => {
    const pages = readdirSync(join(ROOT, 'docs/problems'))
      .filter((name) => name.endsWith('.md') && name !== 'README.md' && !name.startsWith('_'))
      .map((name) => name.replace('.md', ''))
    // The page's own: nothing answered at all.
    expect(sorted(namesOf('problems'))).toEqual(sorted([...pages, 'unreachable']))
  })

  test('everything that the manager notices about itself is explained', () => {
    const begun = [...sources('crates/engine/src'), ...sources('crates/server/src')].flatMap((text) =>
      [...text.matchAll(/\bproblem(?:_over)?\(\s*"([a-z_]+)"/g)].flatMap(([, name]) => name ?? []),
    )
    const tls = sources('crates/server/src/tls').flatMap((text) =>
      [...text.matchAll(/const \w+: &str = "(tls_[a-z_]+)"/g)].flatMap(([, name]) => name ?? []),
    )
    const database = sources('crates/engine/src').flatMap((text) =>
      [...text.matchAll(/"(database_[a-z_]+)"/g)].flatMap(([, name]) => name ?? []),
    )
    for (const list of [begun, tls, database]) {
      expect(list.length).toBeGreaterThan(0)
      expect(namesOf('noticed')).toEqual(expect.arrayContaining(list))
    }
  })

  test('an address leads to a question, or to a problem of either kind', () => {
    expect(askedFor({ topic: 'heat' })).toBe('topics-heat')
    expect(askedFor({ problem: 'device-unreachable' })).toBe('problems-device-unreachable')
    expect(askedFor({ problem: 'database_away' })).toBe('noticed-database_away')
    expect(askedFor({ problem: 'heat' })).toBeUndefined()
    expect(askedFor({})).toBeUndefined()
  })

  test('every link inside of an answer leads to a question that is there', () => {
    const all = groupsOf((name) => textAt(name)).flatMap((group) => group.topics)
    const links = all.flatMap(({ answer }) =>
      [...answer.matchAll(/\]\(\/faq\?topic=([\w-]+)\)/g)].map(([, name]) => name),
    )
    expect(links.length).toBeGreaterThan(0)
    expect(namesOf('topics')).toEqual(expect.arrayContaining(links))
  })
})

function textAt(path: string): string {
  let place: unknown = texts
  for (const name of path.split('.')) {
    place = (place as Record<string, unknown>)[name]
  }
  return String(place)
}

const topic = (name: string, question: string, answer: string): Topic => ({
  kind: 'topics',
  name,
  question,
  answer,
})
const TOPICS = [
  topic('off', 'What does “All off now” do?', 'It switches off. Heat is another matter.'),
  topic('heat', 'What happens when a miner gets too hot?', 'It goes down.'),
  topic('latched', 'Heat stopped it', 'Look first.'),
]

const names = (query: string) => found(query, TOPICS).map(({ name }) => name)

describe('searching', () => {
  test('wants every word, and the question weighs more than the answer', () => {
    expect(names('heat')).toEqual(['heat', 'latched', 'off'])
    expect(names('hea')).toEqual(['latched', 'heat', 'off'])
    expect(names('heat off')).toEqual(['off'])
    expect(names('heat penguin')).toEqual([])
    expect(names('  ')).toEqual([])
  })

  test('takes the beginning of a word, never its middle', () => {
    expect(names('min')).toEqual(['heat'])
    expect(names('iner')).toEqual([])
  })

  test('marks what it found and keeps every letter', () => {
    const parts = marks('Heat, heated: HEAT', 'heat')
    expect(parts.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['Heat', 'heat', 'HEAT'])
    expect(parts.map(({ text }) => text).join('')).toBe('Heat, heated: HEAT')
    expect(marks('a.b*c', '.*')).toEqual([{ text: 'a.b*c', marked: false, at: 0 }])
  })
})

test('answers are taken apart', () => {
  expect(
    blocksOf('See [it](/faq?topic=heat) **now**.\n\n- one\n- `two`\n\n1. a\n2. b\n\n```\nx: 1\n```'),
  ).toEqual([
    {
      kind: 'text',
      spans: [
        { kind: 'text', text: 'See ' },
        { kind: 'link', text: 'it', to: '/faq?topic=heat' },
        { kind: 'text', text: ' ' },
        { kind: 'strong', text: 'now' },
        { kind: 'text', text: '.' },
      ],
    },
    { kind: 'list', items: [[{ kind: 'text', text: 'one' }], [{ kind: 'code', text: 'two' }]] },
    { kind: 'steps', items: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]] },
    { kind: 'code', text: 'x: 1' },
  ])
})
