import { expect, expectAccessible, test } from './fixtures.ts'

const NAME = 'ada'
const PASSWORD = 'a house with a garden'

// One house, one evening: each step starts where the one before ended.
test.describe.configure({ mode: 'serial' })

test('the first person sets the house up', async ({ page, manager }) => {
  const code = await manager.setupCode()
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Set up' })).toBeVisible()
  await expectAccessible(page)

  await page.getByLabel('Set-up code').fill('not the code')
  await page.getByLabel('Your name').fill(NAME)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create the first account' }).click()
  await expect(page.getByRole('alert')).not.toBeEmpty()
  await expectAccessible(page)

  await page.getByLabel('Set-up code').fill(code)
  await page.getByRole('button', { name: 'Create the first account' }).click()
  // Whoever has just set it up need not say again who they are.
  await expect(page.getByRole('heading', { name: 'Operation mode' })).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expectAccessible(page)
})

test('a wrong password is refused in words', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).not.toBeEmpty()
  await expectAccessible(page)
})

test('all off and hands off take one confirmation each, and there is a way back', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Operation mode' })).toBeVisible()
  await expect(page.getByText(NAME)).toBeVisible()
  await expectAccessible(page)
  const mode = page.getByRole('region', { name: 'Operation mode' })
  const before = await mode.getByText(/^(?:LIVE|DRY-RUN)$/).innerText()

  await page.getByRole('button', { name: 'All off now' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'All off now' }).click()
  await dialog.getByRole('button', { name: 'Switch all off' }).click()
  await expect(page.getByText('All miners were told to switch off.')).toBeVisible()

  await page.getByRole('button', { name: 'Hands off' }).click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Pause the manager' }).click()
  await expect(mode.getByText('PAUSED')).toBeVisible()
  await expectAccessible(page)

  // Another evening, another page: what it was before is the manager's to remember.
  await page.reload()
  await page.getByRole('button', { name: `Back to ${before}` }).click()
  await expect(mode.getByText(before, { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Hands off' })).toBeVisible()
})

test('who signs out is out', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
