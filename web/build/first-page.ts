import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'

/** The most that the first page may load, in bytes as they cross the network (gzip: plain http knows nothing better). */
export const BUDGET = 180_000

/** What the first page imports lazily and yet at once: the chart. e2e/pwa.spec.ts holds this against a real browser. */
const AT_ONCE = /^plot-[\w-]{8}\.js$/

const SCRIPT = /<script[^>]*\ssrc="\.?\/?([^"]+)"/g
const IMPORT = /(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g

export interface Script {
  /** Below the folder of the build. */
  path: string
  bytes: number
}

/** Every script that the dashboard needs, in the build in `folder`, the largest first. */
export function firstPage(folder: string): Script[] {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error(`there is no build in ${folder}: run "npm run build" first`)
  }
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const html = [...read('index.html').matchAll(SCRIPT)].flatMap(([, path]) => path ?? [])
  const lazy = readdirSync(join(folder, 'assets')).filter((name) => AT_ONCE.test(name))
  if (lazy.length === 0) {
    throw new Error('the chart is not where it was: the list in build/first-page.ts is out of date')
  }
  const found = new Set<string>()
  const open = [...html, ...lazy.map((name) => `assets/${name}`)]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (!found.has(path)) {
      found.add(path)
      const folderOf = posix.dirname(path)
      open.push(
        ...[...read(path).matchAll(IMPORT)].flatMap(([, name]) => (name ? posix.join(folderOf, name) : [])),
      )
    }
  }
  return [...found]
    .map((path) => ({ path, bytes: gzipSync(read(path), { level: 9 }).length }))
    .toSorted((one, other) => other.bytes - one.bytes)
}
