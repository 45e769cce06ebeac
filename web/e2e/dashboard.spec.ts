import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { LiveFleet } from './live-fleet.ts'

// The made-up house has its feed on a port of its own.
test.use({ bypassCSP: true })

const EARLIER = '2026-11-01T11:00:00Z'

const card = (page: Page, name: string) => page.getByRole('region', { name })

async function visit(page: Page, fleet: LiveFleet): Promise<void> {
  await fleet.moveIn()
  await page.goto('')
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
}

test('a quiet house says in words what runs, and that nothing needs anybody', async ({ page }) => {
  const fleet = new LiveFleet(page, 12)
  await visit(page, fleet)
  await expect(card(page, 'What runs and why')).toContainText('12 miners mine in Standard.')
  await expect(card(page, 'What runs and why')).toContainText('No change is planned.')
  await expect(card(page, 'Needs you')).toContainText('Nothing needs you.')
  await card(page, 'Over time').scrollIntoViewIfNeeded()
  await expect(card(page, 'Over time').getByRole('img')).toBeVisible()
  await expectAccessible(page)
  await fleet.moveOut()
})

test('what needs a person is named, worst first, with what to do and a way there', async ({ page }) => {
  const fleet = new LiveFleet(page, 6)
  const safety = { owner: 'safety', reason: 'too hot: lowest mode', until: null, goes_back_to: null } as const
  fleet.make(1, { state: 'offline', state_since: EARLIER, stale: true, last_error: 'no answer' })
  fleet.make(2, { state: 'stuck', state_since: EARLIER })
  fleet.make(3, { desired: { power: null, pool: null, mode: { value: 'eco', ...safety } } })
  await visit(page, fleet)
  const items = card(page, 'Needs you').getByRole('listitem')
  await expect(items).toHaveCount(3)
  await expect(items.nth(0)).toContainText('office 003 is too hot')
  await expect(items.nth(1)).toContainText('garage 002 is stuck')
  await expect(items.nth(2)).toContainText('cellar 001 does not answer')
  await expectAccessible(page)
  await items.nth(2).getByRole('link').click()
  await expect(page).toHaveURL(/\/miners\/1$/)
  await fleet.moveOut()
})

test('an override says what it wants, until when, and what comes back', async ({ page }) => {
  const fleet = new LiveFleet(page, 3)
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const mode = {
    value: 'eco',
    owner: 'override',
    reason: 'admin wants it',
    until,
    goes_back_to: 'standard',
  } as const
  fleet.make(2, {
    desired: { power: null, pool: null, mode },
    observed: { power: 'on', mode: 'eco', pool_id: null },
  })
  await visit(page, fleet)
  const words = card(page, 'What runs and why')
  await expect(words).toContainText('garage 002 mines in Eco.')
  await expect(words).toContainText(/Eco: admin wants it, until/)
  await expect(words).toContainText(/Next, at .*: Eco ends for garage 002, and Standard comes back\./)
  await fleet.moveOut()
})

test('range and metric live in the address', async ({ page }) => {
  const fleet = new LiveFleet(page, 3)
  await visit(page, fleet)
  await page.getByRole('radio', { name: '7 d' }).click()
  await page.getByRole('radio', { name: 'Power' }).click()
  await expect(page).toHaveURL(/range=7d/)
  await expect(page).toHaveURL(/metric=power/)
  await page.reload()
  await expect(page.getByRole('radio', { name: '7 d' })).toBeChecked()
  await fleet.moveOut()
})

test('an empty house offers the one thing to do', async ({ page }) => {
  const fleet = new LiveFleet(page, 0)
  await visit(page, fleet)
  await expect(page.getByText('No miners yet')).toBeVisible()
  await page.getByRole('link', { name: 'Add miner' }).click()
  await expect(page).toHaveURL(/add=1/)
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await fleet.moveOut()
})

test('a viewer sees the house and no buttons that change it', async ({ page }) => {
  const fleet = new LiveFleet(page, 4, 'viewer')
  await visit(page, fleet)
  await expect(card(page, 'Needs you')).toContainText('Nothing needs you.')
  await expect(page.getByRole('link', { name: 'Add miner' })).toHaveCount(0)
  await expect(card(page, 'Lately')).toHaveCount(0)
  await fleet.moveOut()
})
