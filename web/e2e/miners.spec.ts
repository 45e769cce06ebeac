import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { LiveFleet } from './live-fleet.ts'

// The made-up house has its feed on a port of its own.
test.use({ bypassCSP: true })

const MINERS = 500
const TABLE = 'miners?view=table'

async function visit(page: Page, path: string): Promise<LiveFleet> {
  const fleet = new LiveFleet(page, MINERS)
  await fleet.moveIn()
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1, name: 'Miners' })).toBeVisible()
  return fleet
}

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('link') })

test('a few rows are drawn, and all of them are counted', async ({ page }) => {
  const fleet = await visit(page, TABLE)
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', String(MINERS + 1))
  await expect(rows(page).first()).toContainText('attic 005')
  expect(await rows(page).count()).toBeLessThan(60)
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await expect(page.getByRole('link', { name: 'shed 499' })).toBeVisible()
  await expectAccessible(page)
  await fleet.moveOut()
})

test('search, filter, order and group live in the address', async ({ page }) => {
  const fleet = await visit(page, 'miners?view=cards&q=cellar&tag=cellar&sort=hashrate&down=true&group=tag')
  await expect(page.getByRole('searchbox', { name: 'Find a miner' })).toHaveValue('cellar')
  await expect(page.getByRole('listitem').filter({ hasText: 'attic' })).toHaveCount(0)
  await page.getByRole('searchbox', { name: 'Find a miner' }).fill('no such miner')
  await expect(page).toHaveURL(/q=no(?:\+|%20)such/)
  await expect(page.getByText('No miner fits')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Show all miners' }).click()
  await expect(page).not.toHaveURL(/q=|tag=cellar/)
  await expect(page.getByRole('listitem').filter({ hasText: 'attic' }).first()).toBeVisible()
  await expectAccessible(page)
  await fleet.moveOut()
})

test('the head of the table sorts', async ({ page }) => {
  const fleet = await visit(page, TABLE)
  const name = page.getByRole('columnheader', { name: 'Miner' })
  await expect(name).toHaveAttribute('aria-sort', 'ascending')
  await name.getByRole('button').click()
  await expect(name).toHaveAttribute('aria-sort', 'descending')
  await expect(rows(page).first()).toContainText('shed 499')
  await fleet.moveOut()
})

test('arrow keys walk through miners that are not drawn yet, and Enter opens one', async ({ page }) => {
  const fleet = await visit(page, TABLE)
  await page.getByRole('link', { name: 'attic 005' }).focus()
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('ArrowDown')
  }
  await expect(page.getByRole('link', { name: 'attic 305' })).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('link', { name: 'shed 499' })).toBeFocused()
  // What has the focus stays, however far one scrolls, and through every live message.
  await page.evaluate(() => window.scrollTo(0, 0))
  fleet.tell(MINERS)
  await expect(rows(page).first()).toContainText('attic 005')
  await expect(page.getByRole('link', { name: 'shed 499' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/miners\/499$/)
  await fleet.moveOut()
})

test('fresh readings arrive in the rows', async ({ page }) => {
  const fleet = await visit(page, TABLE)
  const row = rows(page).first()
  const before = await row.innerText()
  fleet.tell(MINERS)
  await expect.poll(() => row.innerText()).not.toBe(before)
  await fleet.moveOut()
})
