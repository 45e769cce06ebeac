import type { CDPSession, Page } from '@playwright/test'
import { keepFigures } from '../build/figures.ts'
import { expect, test } from './fixtures.ts'
import { LiveFleet } from './live-fleet.ts'

const MINERS = 500
const MESSAGES = 60
/** The house sends at most ten messages a second. */
const PACE_MS = 100
const LIMIT_MS = 16
/** `npm run live-cost`: the figures are kept. */
const KEPT = Boolean(process.env.HMM_FIGURES)

interface Cost {
  mean: number
  p95: number
}

/** How long the main thread worked in each stretch of time in which one message came, in milliseconds. */
async function costOf(page: Page, tell: () => void): Promise<Cost> {
  const browser = await page.context().newCDPSession(page)
  // The thread's own time: what else the machine does meanwhile is not the page's cost.
  await browser.send('Performance.enable', { timeDomain: 'threadTicks' })
  const costs: number[] = []
  for (let message = 0; message < MESSAGES; message += 1) {
    const before = await worked(browser)
    tell()
    await page.waitForTimeout(PACE_MS)
    costs.push((await worked(browser)) - before)
  }
  await browser.detach()
  costs.sort((a, b) => a - b)
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length
  return { mean, p95: costs[Math.floor(costs.length * 0.95)] ?? Number.NaN }
}

async function worked(browser: CDPSession): Promise<number> {
  const { metrics } = await browser.send('Performance.getMetrics')
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
  if (seconds === undefined) {
    throw new Error('the browser does not say how long it worked')
  }
  return seconds * 1000
}

// A trace takes a picture of the page at every step, and that would be most of what is measured.
test.use({ bypassCSP: true, trace: 'off' })

const rows: string[] = []

test.afterAll(async () => {
  if (KEPT) {
    const head =
      '| page | readings in a message | a message costs | 95th of a hundred, all in | at rest |\n|---|---|---|---|---|'
    await keepFigures('live-cost', [head, ...rows].join('\n'))
  }
})

for (const [name, path, there] of [
  ['miners', 'miners', 'attic 005'],
  ['dashboard', '', `${MINERS} miners mine in Standard.`],
] as const) {
  for (const readings of [50, MINERS]) {
    test(`${MINERS} miners, ${readings} readings a message: the ${name} page keeps up`, async ({
      page,
    }, info) => {
      const fleet = new LiveFleet(page, MINERS)
      await fleet.moveIn()
      await page.goto(path)
      await expect(page.getByText(there)).toBeVisible()
      await page.waitForTimeout(1_500)
      const still = await costOf(page, () => undefined)
      const live = await costOf(page, () => fleet.tell(readings))
      const cost = live.mean - still.mean
      const line = `${name}: ${readings} readings a message cost ${cost.toFixed(1)} ms of main thread (95th of a hundred ${live.p95.toFixed(1)}, at rest ${still.mean.toFixed(1)})`
      rows.push(
        `| ${name} | ${readings} | ${cost.toFixed(1)} ms | ${live.p95.toFixed(1)} ms | ${still.mean.toFixed(1)} ms |`,
      )
      info.annotations.push({ type: 'figure', description: line })
      await fleet.moveOut()
      expect(cost, line).toBeLessThanOrEqual(LIMIT_MS)
    })
  }
}
