import { expect, expectAccessible, test } from './fixtures.ts'
import { furnish, PEOPLE, signIn } from './house.ts'
import { Manager } from './manager.ts'

test.describe.configure({ mode: 'serial' })

let house: Manager

test.beforeAll(async ({ playwright }) => {
  house = await Manager.start()
  await furnish(house, playwright)
})
test.afterAll(() => house.stop())

test('the devices of the street are found, some are added, and then all of them', async ({ page }) => {
  await signIn(page.request, house, PEOPLE.admin)
  for (const { id } of (await (await page.request.get(`${house.url}/api/miners`)).json()).items) {
    const removed = await page.request.delete(`${house.url}/api/miners/${id}`, {
      headers: { origin: house.url },
    })
    expect(removed.ok(), await removed.text()).toBe(true)
  }
  await page.goto(house.url)
  await page.getByRole('link', { name: 'Discovery', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Discovery' })).toBeVisible()
  await page.getByRole('button', { name: /^Look/ }).click()
  const found = page.getByRole('region', { name: 'Found' })
  await expect(found.getByRole('button', { name: /^Add all/ })).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('button', { name: 'Look again' })).toBeEnabled({ timeout: 20_000 })
  const all = await found.getByRole('listitem').count()
  expect(all).toBeGreaterThanOrEqual(8)
  await expectAccessible(page)

  await found.getByRole('checkbox').nth(0).check()
  await found.getByRole('checkbox').nth(1).check()
  await found.getByRole('button', { name: 'Add 2 selected' }).click()
  await expect(found.getByText('In the house')).toHaveCount(2, { timeout: 20_000 })
  await found.getByRole('button', { name: /^Add all/ }).click()
  await expect(found.getByText('In the house')).toHaveCount(all, { timeout: 60_000 })
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Miners', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: /^Miners/ })).toContainText(String(all))
})

test('what the house does by itself is chosen and kept', async ({ page }) => {
  await signIn(page.request, house, PEOPLE.admin)
  await page.goto(`${house.url}/discovery`)
  const schedule = page.getByLabel('Look round every')
  await expect(schedule).toHaveValue('')
  await schedule.selectOption({ label: 'Every day' })
  await expect(page.getByText(/It looks through/)).toBeVisible()
  await page.getByRole('switch', { name: 'Add new miners by themselves' }).check()
  await expectAccessible(page)
  await page.reload()
  await expect(schedule).toHaveValue('24')
  await expect(page.getByRole('switch', { name: 'Add new miners by themselves' })).toBeChecked()
})
