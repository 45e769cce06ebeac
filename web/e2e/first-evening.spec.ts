import type { Cookie, Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { codeNow, PASSWORD } from './house.ts'
import { Manager } from './manager.ts'

const NAME = 'ada'

// One house, one evening: each step starts where the one before ended.
test.describe.configure({ mode: 'serial' })

let house: Manager
let signedIn: Cookie[]

test.beforeAll(async () => {
  house = await Manager.start()
})
test.afterAll(() => house.stop())

const open = (page: Page, path = '') => page.goto(`${house.url}/${path}`)

async function signIn(page: Page, path = ''): Promise<void> {
  await open(page, path)
  await page.getByLabel('Name').fill(NAME)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('from the code to the first miners in a minute', async ({ page }) => {
  await open(page)
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Set-up code').fill('abcd-efgh-jkmn-pqrs')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name').fill(NAME)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByText('That was not the set-up code.')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Type it again' }).click()
  await page.getByLabel('Set-up code').fill(await house.setupCode())
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name').fill(NAME)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()

  // Whoever has just set it up need not say again who they are.
  await expect(page.getByRole('heading', { name: 'Your home' })).toBeVisible()
  await expect(page.getByLabel('Time zone')).not.toHaveValue('')
  await expectAccessible(page)

  // Leaving in the middle loses nothing.
  await page.getByRole('link', { name: 'Finish this later' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  await page.getByRole('link', { name: 'Finish set-up' }).click()
  await page.getByLabel('Currency').selectOption('EUR')
  await page.getByRole('button', { name: 'Continue' }).click()

  await expect(page.getByRole('heading', { name: 'Your miners' })).toBeVisible()
  await page.getByRole('button', { name: 'Look for miners' }).click()
  await expect(page.getByRole('button', { name: /^Add all/ })).toBeVisible({ timeout: 20_000 })
  await expectAccessible(page)
  await page.getByRole('button', { name: /^Add all/ }).click()
  await expect(page.getByText('In the house').first()).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Finish' }).click()
  await expect(page.getByRole('heading', { name: 'All set' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'To the dashboard' }).click()
  await expect(page.getByRole('region', { name: 'What runs and why' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Finish set-up' })).toHaveCount(0)
})

test('a wrong password is refused in words, and who has lost theirs is told the command', async ({
  page,
}) => {
  await open(page)
  await page.getByLabel('Name').fill(NAME)
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Name, password or code is not right.')).toBeVisible()
  await page.getByText('Lost your password?').click()
  await expect(page.getByText(`hmm user reset-password ${NAME}`).first()).toBeVisible()
  await expectAccessible(page)
})

test('a second factor is switched on with an app, and asked for from then on', async ({ page }) => {
  await signIn(page, 'settings/profile')
  await page.getByRole('button', { name: 'Switch it on' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Present password' }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByRole('figure', { name: 'QR code for an authenticator app' })).toBeVisible()
  await expectAccessible(page)
  const secret = (await dialog.locator('pre').innerText()).trim()
  await dialog.getByLabel('Code from the app').fill('000000')
  await dialog.getByRole('button', { name: 'Check the code' }).click()
  await expect(dialog.getByText(/That code is not right/)).toBeVisible()
  await dialog.getByLabel('Code from the app').fill(codeNow(secret))
  await dialog.getByRole('button', { name: 'Check the code' }).click()
  await expect(dialog.getByText('Keep these ten codes')).toBeVisible()
  const codes = (await dialog.locator('pre').innerText()).trim().split('\n')
  expect(codes).toHaveLength(10)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByRole('button', { name: 'Switch it off' })).toBeVisible()

  await page.context().clearCookies()
  await signIn(page)
  await expect(page.getByLabel('Code from your authenticator')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await page.getByLabel('Recovery code').fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  signedIn = await page.context().cookies()
})

test('all off and hands off take one confirmation each, and there is a way back (H8)', async ({ page }) => {
  await page.context().addCookies(signedIn)
  await open(page)
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'All off now' }).click()
  await expect(dialog).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'All off now' }).click()
  await dialog.getByRole('button', { name: 'Switch all off' }).click()
  await expect(dialog.getByText(/told to switch off|lowest mode/).first()).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Hands off' }).click()
  await dialog.getByRole('button', { name: 'Pause the manager' }).click()
  await expect(page.getByText(/^PAUSED: the manager watches/)).toBeVisible()
  await expectAccessible(page)
  // Another evening, another page: what it was before is the manager's to remember.
  await page.reload()
  await page.getByRole('button', { name: 'End the pause' }).click()
  await dialog.getByRole('button', { name: /^Switch to/ }).click()
  await expect(page.getByText(/^PAUSED: the manager watches/)).toBeHidden()
})
