import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { Manager } from './manager.ts'

interface Fixtures {
  /** Whatever the browser complained of; must be empty at the end of each test. */
  complaints: string[]
}

interface WorkerFixtures {
  /** One house for each browser, light and dark, desktop and phone. */
  manager: Manager
}

/** The page asks who is there by calls that answer 401 or 404 to a stranger; Chromium logs both as errors. */
const EXPECTED = /\/api\/auth\/(?:me|setup|login|totp\/confirm)$/
/** A test that takes the network away takes it from the page; the browser complains of each try. */
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED/

export const test = base.extend<Fixtures, WorkerFixtures>({
  manager: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, provide) => {
      const manager = await Manager.start()
      await provide(manager)
      await manager.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ manager }, provide) => provide(manager.url),
  complaints: [
    async ({ page }, provide) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        const probe =
          EXPECTED.test(message.location().url) && message.text().startsWith('Failed to load resource')
        if (message.type() === 'error' && !probe && !NO_NETWORK.test(message.text())) {
          complaints.push(`${message.text()} (${message.location().url})`)
        }
      })
      await provide(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

/** No barrier that a machine can find, and nothing that sticks out on the right. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is still fading in has not its colours yet.
  await page.evaluate(() => {
    const ends = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    return Promise.allSettled(ends.map((one) => one.finished))
  })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
}

export { expect }
