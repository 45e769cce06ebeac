import { fileURLToPath } from 'node:url'
import { firstPage } from '../build/first-page.ts'
import { test as base, expect } from './fixtures.ts'
import { furnish, PEOPLE, signIn } from './house.ts'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))

/** Without a network the browser complains of every call, and that is what these tests are about. */
const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  complaints: async ({}, provide) => provide([]),
})

test.beforeAll(async ({ manager, playwright }) => furnish(manager, playwright))
test.beforeEach(async ({ context, manager }) => signIn(context.request, manager, PEOPLE.admin))

test('the dashboard loads no script that the budget does not know', async ({ page }) => {
  // What is fetched when the page has nothing else to do is not part of it.
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
  const scripts = new Set<string>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') {
      scripts.add(new URL(response.url()).pathname.slice(1))
    }
  })
  await page.goto('/')
  await expect(page.locator('canvas').first()).toBeVisible()
  const known = firstPage(DIST).map(({ path }) => path)
  // The one that keeps the page on the device is loaded after the page is.
  const others = [...scripts].filter((path) => !path.startsWith('assets/pwa-'))
  expect(others.toSorted()).toEqual(known.toSorted())
})

test('the page opens without a network and says how old it is', async ({ page, context }) => {
  await page.goto('/')
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByText('TH/s').first()).toBeVisible()

  await context.setOffline(true)
  for (const path of ['/', '/miners', '/faq?q=offline']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByText(/cannot be reached since/)).toBeVisible()
  }

  await context.setOffline(false)
  await expect(page.getByText(/cannot be reached since/)).toBeHidden({ timeout: 30_000 })
})

test('what the house answers is never kept on the device', async ({ page }) => {
  await page.goto('/')
  const kept = await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    const names = await caches.keys()
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return lists.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(kept).toContain('/index.html')
  expect(kept.filter((path) => !/^\/(?:assets\/.*|index\.html|theme\.js)$/.test(path))).toEqual([])
  expect(kept.filter((path) => /gallery/.test(path))).toEqual([])
})

test('a question is found by its words, by its address, and with the keyboard alone', async ({ page }) => {
  await page.goto('/faq?problem=device-unreachable')
  const asked = page.locator('details', { hasText: 'The device did not answer' })
  await expect(asked).toHaveAttribute('open', '')
  await expect(asked.locator('summary')).toBeFocused()

  const search = page.getByRole('searchbox')
  await search.fill('too hot')
  await expect(page).toHaveURL(/q=too/)
  await expect(page.locator('summary').first()).toHaveText('What happens when a miner gets too hot?')
  await search.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.locator('details').nth(1)).toHaveAttribute('open', '')
})
