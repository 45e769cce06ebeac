import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

// Style sheets are not loaded in tests, so it is read as a file; the tests run from the folder of the web app.
const SHEET = readFileSync('src/ui/tokens.css', 'utf8')

const OKLCH = /--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g

function tokens(theme: string): Map<string, number> {
  const block = SHEET.split(`[data-theme="${theme}"] {`)[1]?.split('}')[0] ?? ''
  return new Map(
    [...block.matchAll(OKLCH)].map(([, name, l, c, h]) => [
      String(name),
      luminance(Number(l), Number(c), Number(h)),
    ]),
  )
}

const clamp = (value: number) => Math.min(1, Math.max(0, value))

/** OKLCH to linear sRGB to what the eye makes of it. */
function luminance(l: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  const red = clamp(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short)
  const green = clamp(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short)
  const blue = clamp(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(theme: Map<string, number>, front: string, ground: string): number {
  const [one, two] = [theme.get(front), theme.get(ground)]
  if (one === undefined || two === undefined) {
    throw new Error(`no colour for ${front} or ${ground}`)
  }
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05)
}

const GROUNDS = ['page', 'surface', 'raised', 'subtle']
const SOFT = [
  'accent-soft',
  'good-soft',
  'warn-soft',
  'bad-soft',
  'champion-soft',
  'cheap-soft',
  'normal-soft',
  'expensive-soft',
]
const STATES = ['accent', 'good', 'warn', 'bad', 'champion']
const MARKS = ['cheap', 'normal', 'expensive', ...[1, 2, 3, 4, 5, 6].map((n) => `series-${n}`), ...STATES]

const WORDS: [string, string][] = [
  ...GROUNDS.flatMap((ground): [string, string][] => [
    ['text', ground],
    ['muted', ground],
  ]),
  ...GROUNDS.flatMap((ground) => STATES.map((state): [string, string] => [state, ground])),
  ...SOFT.map((ground): [string, string] => ['text', ground]),
  ...STATES.map((state): [string, string] => [state, `${state}-soft`]),
  ['muted', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-accent', 'bad'],
  ['on-accent', 'bad-strong'],
  ['page', 'text'],
]
const EDGES: [string, string][] = [
  ...['page', 'surface', 'raised'].map((ground): [string, string] => ['edge', ground]),
  ...['surface', 'raised', 'page'].flatMap((ground) => MARKS.map((mark): [string, string] => [mark, ground])),
]

describe.each(['light', 'dark'])('in the %s theme', (name) => {
  const theme = tokens(name)

  test.each(WORDS)('%s can be read on %s', (front, ground) => {
    expect(contrast(theme, front, ground)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(EDGES)('%s can be seen on %s', (front, ground) => {
    expect(contrast(theme, front, ground)).toBeGreaterThanOrEqual(3)
  })
})

test('both themes name the same colours', () => {
  expect(tokens('light').size).toBeGreaterThan(30)
  expect([...tokens('dark').keys()]).toEqual([...tokens('light').keys()])
})
