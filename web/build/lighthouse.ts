import { createServer } from 'node:net'
import { loadavg } from 'node:os'
import { chromium } from '@playwright/test'
import lighthouse, { type Flags, type Result } from 'lighthouse'
import { Manager } from '../e2e/manager.ts'
import { keepFigures } from './figures.ts'

/**
 * `npm run lighthouse`: starts the built program in demo, signs in, measures the pages as a middling phone would see them,
 * and writes the table that is kept in docs/bench-web.md. Fails where an aim is missed. Takes some minutes, and the machine
 * for itself.
 */
const PAGES = [
  { name: 'Dashboard', path: '/' },
  { name: 'Miners', path: '/miners' },
  { name: 'One miner', path: '/miners/1' },
] as const

const AIMS = { performance: 90, accessibility: 100, 'best-practices': 100 } as const
type Category = keyof typeof AIMS
const CATEGORIES = Object.keys(AIMS) as Category[]

const PERSON = { name: 'ada', password: 'a house with a garden' }
const READY_MS_MAX = 60_000
const AGAIN_MS = 200

/** What else the machine was doing: on a busy one the figures say little. */
const busy = loadavg()[0] ?? 0
const manager = await Manager.start()
const port = await freePort()
// The browser's own context and not one beside it: that is where Lighthouse opens its pages.
const browser = await chromium.launchPersistentContext('', {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    `--remote-debugging-port=${port}`,
  ],
})
try {
  const [name = '', value = ''] = (await furnish()).split('=')
  await browser.addCookies([{ name, value, url: manager.url, httpOnly: true, sameSite: 'Strict' }])
  const results: { name: string; result: Result }[] = []
  for (const page of PAGES) {
    results.push({ name: page.name, result: await measure(`${manager.url}${page.path}`) })
  }
  const table = tableOf(results)
  process.stdout.write(`${table}\n`)
  await keepFigures('lighthouse', table, `; load before it began: ${busy.toFixed(1)}`)
  if (
    results.some(({ result }) => CATEGORIES.some((category) => scoreOf(result, category) < AIMS[category]))
  ) {
    process.stderr.write(`An aim was missed: ${JSON.stringify(AIMS)}\n${results.map(missed).join('\n')}\n`)
    process.exitCode = 1
  }
} finally {
  await browser.close()
  await manager.stop()
}

/** Sets the house up, lets every simulated miner move in, and returns the session's cookie. */
async function furnish(): Promise<string> {
  await ready()
  const code = await manager.setupCode()
  const answer = await call('POST', '/api/auth/setup', { code, ...PERSON })
  const session = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (!answer.ok || !session) {
    throw new Error(`the demo could not be set up: ${answer.status} ${await answer.text()}`)
  }
  const world: { miners: { name: string; address: string }[] } = await (
    await fetch(`${manager.control}/world`)
  ).json()
  for (const { name, address } of world.miners) {
    const [host, number] = address.split(':')
    await call('POST', '/api/miners', { name, address: host, port: Number(number) }, session)
  }
  const { locked: _, ...house } = await (await call('GET', '/api/settings/house', undefined, session)).json()
  await call('PUT', '/api/settings/house', { ...house, set_up: true }, session)
  return session
}

async function ready(): Promise<void> {
  const end = Date.now() + READY_MS_MAX
  while ((await fetch(`${manager.url}/api/health/ready`)).status !== 200) {
    if (Date.now() > end) {
      throw new Error(`the manager was not ready after ${READY_MS_MAX / 1000} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

function call(method: string, path: string, body?: object, cookie?: string): Promise<Response> {
  return fetch(`${manager.url}${path}`, {
    method,
    headers: { origin: manager.url, 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

async function measure(url: string): Promise<Result> {
  const flags: Flags = { port, onlyCategories: CATEGORIES, logLevel: 'error' }
  const run = await lighthouse(url, flags)
  if (!run) {
    throw new Error(`nothing was measured at ${url}`)
  }
  if (run.lhr.runtimeError) {
    throw new Error(`${url}: ${run.lhr.runtimeError.message}`)
  }
  return run.lhr
}

function scoreOf({ categories }: Result, category: Category): number {
  return Math.round((categories[category]?.score ?? 0) * 100)
}

function said(result: Result, audit: string): string {
  return result.audits[audit]?.displayValue ?? '–'
}

function tableOf(results: readonly { name: string; result: Result }[]): string {
  return [
    '| page | performance | accessibility | best practices | first paint | largest paint | blocked | shift |',
    '|---|---|---|---|---|---|---|---|',
    ...results.map(({ name, result }) =>
      [
        '',
        name,
        ...CATEGORIES.map((category) => scoreOf(result, category)),
        ...[
          'first-contentful-paint',
          'largest-contentful-paint',
          'total-blocking-time',
          'cumulative-layout-shift',
        ].map((audit) => said(result, audit)),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n')
}

/** What stood between a page and its aims. */
function missed({ name, result }: { name: string; result: Result }): string {
  const audits = CATEGORIES.filter((category) => scoreOf(result, category) < AIMS[category]).flatMap(
    (category) =>
      result.categories[category]?.auditRefs
        .filter(({ id, weight }) => weight > 0 && (result.audits[id]?.score ?? 1) < 1)
        .map(({ id }) => id) ?? [],
  )
  return `${name}: ${audits.join(', ')}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port is free')),
      )
    })
  })
}
