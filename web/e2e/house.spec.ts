import { type Browser, expect, type Page } from '@playwright/test'
import { expectAccessible, test } from './fixtures.ts'
import { furnish, PASSWORD, PEOPLE, pageOf, signIn, world } from './house.ts'
import { Manager } from './manager.ts'

// What takes hours is told by a clock that is moved by hand: the house's, the neighbourhood's and the browser's alike.
test.describe.configure({ mode: 'serial' })

const START = Date.parse('2026-11-01T12:00:00Z')
let house: Manager
let now = START

test.beforeAll(async ({ playwright }) => {
  house = await Manager.start('manual')
  await furnish(house, playwright)
})
test.afterAll(() => house.stop())

/** Lets time go by everywhere, in steps short enough for the house to act in between. */
async function pass(seconds: number, ...pages: Page[]): Promise<void> {
  const STEP = 30
  for (let left = seconds; left > 0; left -= STEP) {
    const step = Math.min(left, STEP)
    await world(house, 'advance', { seconds: step })
    now += step * 1000
  }
  for (const page of pages) {
    await page.clock.setSystemTime(now)
  }
}

/** Something that time brings about: a reading, a step, a message. */
function seen(look: () => Promise<void>, page: Page, step = 1): Promise<void> {
  return expect(async () => {
    await pass(step, page)
    await look()
  }).toPass({ timeout: 20_000 })
}

async function visit(page: Page, path?: string): Promise<void> {
  await page.clock.install({ time: now })
  await signIn(page.request, house, PEOPLE.admin)
  await page.goto(path ?? house.url)
  await pass(1, page)
}

const another = (browser: Browser) => browser.newContext({ viewport: { width: 1440, height: 900 } })

test('a wish ends by itself and the miner goes back to what it did before', async ({ page }) => {
  await visit(page)
  await page.goto(await pageOf(page.request, house, 'garage'))
  await page.getByRole('radio', { name: /^Eco/ }).check()
  await page.getByLabel('Until when').selectOption('1h')
  await page.getByRole('button', { name: 'Run in Eco' }).click()
  await expect(page.getByText('Set the mode to Eco')).toBeVisible()
  await seen(() => expect(page.getByText('Runs in Eco')).toBeVisible({ timeout: 500 }), page, 30)
  await pass(3_700, page)
  await seen(() => expect(page.getByText('Runs in Standard')).toBeVisible({ timeout: 500 }), page, 30)
})

test('heat is shown, acted upon and explained (H1)', async ({ page }) => {
  await visit(page)
  await world(house, 'miners/garage/ambient', { celsius: 75 })
  await page.goto(await pageOf(page.request, house, 'garage'))
  await seen(() => expect(page.getByText(/too hot/i).first()).toBeVisible({ timeout: 500 }), page, 30)
  await expectAccessible(page)
  await page.goto(house.url)
  await expect(page.getByRole('region', { name: 'Needs you' })).toContainText(/garage/)
  await world(house, 'miners/garage/ambient', { celsius: 20 })
})

test('two browsers see the same house at once', async ({ page, browser }) => {
  await visit(page)
  const context = await another(browser)
  const other = await context.newPage()
  await visit(other)
  await page.getByRole('button', { name: 'Hands off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause the manager' }).click()
  await seen(
    () => expect(other.getByText(/^PAUSED: the manager watches/)).toBeVisible({ timeout: 500 }),
    other,
  )
  await other.getByRole('button', { name: 'End the pause' }).click()
  await other
    .getByRole('dialog')
    .getByRole('button', { name: /^Switch to/ })
    .click()
  await seen(() => expect(page.getByText(/^PAUSED: the manager watches/)).toBeHidden({ timeout: 500 }), page)
  await context.close()
})

test('a broken line is said, and heals by itself', async ({ page }) => {
  await visit(page)
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible()
  await page.context().setOffline(true)
  await expect(page.getByText(/^(?:Reconnecting|Offline)/).first()).toBeVisible()
  await expectAccessible(page)
  await page.context().setOffline(false)
  await expect(async () => {
    await page.clock.runFor(2_000)
    await expect(page.getByText('Live', { exact: true }).first()).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 20_000 })
})

test('a session that was ended elsewhere leads to the door', async ({ browser }) => {
  // What the browser says of answers to a stranger is no complaint here.
  const context = await another(browser)
  const page = await context.newPage()
  await page.goto(house.url)
  await page.getByLabel('Name').fill(PEOPLE.viewer)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  for (const name of ['All off now', 'Hands off', 'Add miner']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0)
    await expect(page.getByRole('link', { name })).toHaveCount(0)
  }
  await page.context().clearCookies()
  await page
    .getByRole('link', { name: 'Miners' })
    .first()
    .click({ trial: false })
    .catch(() => undefined)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await context.close()
})
