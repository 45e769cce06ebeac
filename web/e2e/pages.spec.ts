import type { APIRequestContext, Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { furnish, PEOPLE, pageOf, signIn, world } from './house.ts'
import { Manager } from './manager.ts'

/** Every page that a person can open, with something of it that must be there before it counts as shown. */
const PAGES: readonly [name: string, path: string, sign: RegExp][] = [
  ['dashboard', '', /^Dashboard$/],
  ['miners', 'miners', /^Miners/],
  ['miners-cards', 'miners?view=cards', /^Miners/],
  ['miner', '', /^garage$/],
  ['add-miner', 'miners?add=1', /^Add a miner$/],
  ['discovery', 'discovery', /^Discovery$/],
  ['audit', 'audit', /^Audit$/],
  ['events', 'audit?tab=events', /^Audit$/],
  ['faq', 'faq', /questions|help/i],
  ['system', 'settings/system', /^System$/],
  ['users', 'settings/users', /^Users$/],
  ['tokens', 'settings/tokens', /^Tokens$/],
  ['plug-ins', 'settings/plug-ins', /^Plug-ins$/],
  ['profile', 'settings/profile', /^Profile$/],
  ['install', 'settings/install', /install/i],
  ['about', 'settings/about', /^About$/],
  ['gallery', 'gallery', /gallery/i],
  ['welcome', 'welcome', /^Your home$/],
  ['welcome-miners', 'welcome?step=miners', /^Your miners$/],
]
const SHIFT_MAX = 0.1

/**
 * `HMM_PICTURES=1` takes the pictures of the README: the same pages after hours on a clock that is moved by hand, so that
 * there is something on the charts.
 */
const PICTURES = process.env.HMM_PICTURES === '1'
const CHOSEN = new Set([
  'dashboard desktop light',
  'miners desktop dark',
  'miner desktop light',
  'dashboard phone dark',
])
const NOON = Date.parse('2026-11-01T12:00:00Z')
const HOURS = 7

let house: Manager
let state: Awaited<ReturnType<APIRequestContext['storageState']>>

test.beforeAll(async ({ playwright }) => {
  house = await Manager.start(PICTURES ? 'manual' : 'system')
  await furnish(house, playwright)
  if (PICTURES) {
    test.setTimeout(600_000)
    for (let hour = 0; hour < HOURS; hour += 1) {
      await world(house, 'advance', { seconds: 3_600 })
    }
  }
  const request = await playwright.request.newContext()
  await signIn(request, house, PEOPLE.admin)
  state = await request.storageState()
  await request.dispose()
})
test.afterAll(() => house.stop())

/** How far things jumped while the page came up, as the browser counts it. */
async function watchShift(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const kept = window as unknown as { shift: number }
    kept.shift = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
      })[]) {
        kept.shift += entry.hadRecentInput ? 0 : entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () => page.evaluate(() => (window as unknown as { shift: number }).shift)
}

/** What is far below is made when somebody comes near it. */
async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += window.innerHeight) {
      window.scrollTo(0, top)
      // One frame to come into sight, one for whoever watches for that.
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
    }
    window.scrollTo(0, 0)
  })
}

for (const [name, path, sign] of PAGES) {
  test(`${name}: no barrier, no complaint, nothing jumps`, async ({ page }, info) => {
    await page.context().addCookies(state.cookies)
    if (PICTURES) {
      await page.clock.install({ time: NOON + HOURS * 3_600_000 })
    }
    const shift = await watchShift(page)
    const address = name === 'miner' ? await pageOf(page.request, house, 'garage') : `${house.url}/${path}`
    await page.goto(address)
    await expect(page.getByRole('heading', { name: sign }).first()).toBeVisible()
    await scrollThrough(page)
    // The gallery shows what waiting looks like.
    await expect(page.locator('main [aria-busy=true]')).toHaveCount(name === 'gallery' ? 3 : 0)
    await expectAccessible(page)
    expect(await shift()).toBeLessThanOrEqual(SHIFT_MAX)
    const picture = `${name} ${info.project.name}`
    if (PICTURES && CHOSEN.has(picture)) {
      await page.screenshot({ path: `../docs/pictures/${picture.replaceAll(' ', '-')}.png` })
    }
    await info.attach(name, { body: await page.screenshot({ fullPage: true }), contentType: 'image/png' })
  })
}

test('everything works with the keyboard alone', async ({ page }) => {
  await page.context().addCookies(state.cookies)
  await page.goto(house.url)
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Control+k')
  const search = page.getByRole('combobox', { name: 'Miner, page or action' })
  await expect(search).toBeFocused()
  await page.keyboard.type('garage')
  await expect(page.getByRole('option', { name: /garage/ }).first()).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'garage' })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard help' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('whoever wants no motion gets none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.context().addCookies(state.cookies)
  await page.goto(house.url)
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  const longest = await page.evaluate(() => {
    const spans = [...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element)
      return `${style.transitionDuration},${style.animationDuration}`.split(',')
    })
    return Math.max(...spans.map((span) => Number.parseFloat(span)))
  })
  expect(longest).toBeLessThanOrEqual(0.01)
})

test('at 200 % and on the narrowest phone nothing is cut off', async ({ page }) => {
  await page.context().addCookies(state.cookies)
  for (const viewport of [
    { width: 720, height: 450 },
    { width: 320, height: 640 },
  ]) {
    await page.setViewportSize(viewport)
    for (const path of [
      '',
      'miners',
      'settings/system',
      'settings/users',
      'audit',
      'faq',
      'settings/install',
    ]) {
      await page.goto(`${house.url}/${path}`)
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(over, `${path} at ${viewport.width}`).toBeLessThanOrEqual(0)
    }
  }
})
