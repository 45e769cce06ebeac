import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { furnish, PEOPLE, signIn } from './house.ts'

/** A device acts, and a reading shows it: at the pace of real time. */
const SEEN_MS = 60_000

// One house for all of them: each test begins with what the one before left.
test.describe.configure({ mode: 'serial' })

/** Opens the page of a miner by its name. */
async function open(page: Page, name: string, search = ''): Promise<void> {
  const { items } = await (await page.request.get('/api/miners')).json()
  const found = items.find((miner: { name: string }) => miner.name === name)
  await page.goto(`/miners/${found.id}${search}`)
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

test.beforeAll(({ manager, playwright }) => furnish(manager, playwright))

test('a mode is chosen, sent, confirmed live, and ended', async ({ page, manager }) => {
  test.setTimeout(4 * SEEN_MS)
  await signIn(page.request, manager, PEOPLE.admin)
  await open(page, 'garage')
  await page.getByRole('radio', { name: /^Eco/ }).check()
  await page.getByLabel('Until when').selectOption('4h')
  await expect(page.getByText('When that ends, it goes back to Standard.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Run in Eco' }).click()
  await expect(page.getByText('Set the mode to Eco')).toBeVisible()
  await expect(page.getByText('Confirmed')).toBeVisible({ timeout: SEEN_MS })
  await expect(page.getByText('Then it goes back to Standard.')).toBeVisible()
  await expect(page.getByText('Runs in Eco')).toBeVisible()
  await page.getByRole('button', { name: 'End it now' }).click()
  await expect(page.getByText('Runs in Standard')).toBeVisible({ timeout: 2 * SEEN_MS })
})

test('switching off asks until when, and a time that is over is told on leaving the field', async ({
  page,
  manager,
}) => {
  await signIn(page.request, manager, PEOPLE.admin)
  await open(page, 'garage', '?ask=off')
  await page.getByLabel('Until when').selectOption('at')
  await page.getByLabel('Date and time').fill('2020-01-01T00:00')
  await page.getByLabel('Until when').focus()
  await expect(page.getByText('This is over already: choose a later time.')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/ask=/)
})

test('tuning stays inside of what the device can do', async ({ page, manager }) => {
  await signIn(page.request, manager, PEOPLE.admin)
  await open(page, 'garage', '?tab=tuning')
  await page.getByLabel('Frequency').fill('9000')
  await page.getByLabel('Core voltage').focus()
  await expect(page.getByText('Between 400 MHz and 625 MHz.')).toBeVisible()
  await page.getByLabel('Frequency').fill('600')
  await expect(page.getByRole('status').filter({ hasText: 'may be overclocked' })).toBeVisible()
  await expectAccessible(page)
})

test('every part of the page is without barriers', async ({ page, manager }) => {
  await signIn(page.request, manager, PEOPLE.admin)
  for (const tab of ['tuning', 'commands', 'raw', 'settings']) {
    await open(page, 'garage', `?tab=${tab}`)
    await expect(page.getByRole('tabpanel')).toBeVisible()
    await expectAccessible(page)
  }
})

test('a miner that cannot identify itself says why, and one that is gone is not there', async ({
  page,
  manager,
}) => {
  await signIn(page.request, manager, PEOPLE.admin)
  await open(page, 'attic')
  const phone = (page.viewportSize()?.width ?? 0) < 640
  if (!phone) {
    const identify = page.getByRole('button', { name: 'Identify' })
    await expect(identify).toHaveAttribute('aria-disabled', 'true')
    await expect(identify).toHaveAccessibleDescription('Its firmware cannot make itself known.')
  }
  await page.goto('/miners/4711')
  await expect(page.getByRole('heading', { name: 'There is no such miner' })).toBeAttached()
  await expectAccessible(page)
})

test('a viewer sees everything and can press nothing', async ({ page, manager }) => {
  await signIn(page.request, manager, PEOPLE.viewer)
  await open(page, 'garage', '?tab=settings&ask=remove')
  await expect(page.getByText('What it does and why')).toBeVisible()
  for (const name of ['Switch off', 'Restart', 'Identify', 'End it now', 'More to do with this miner']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0)
  }
  await expect(page.getByRole('tab')).toHaveCount(0)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('radio', { name: /^Eco/ })).toHaveCount(0)
  await expectAccessible(page)
})
