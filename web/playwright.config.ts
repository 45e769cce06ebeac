import { defineConfig, devices } from '@playwright/test'

const desktop = { viewport: { width: 1440, height: 900 } }
const phone = { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } }

const PAGES = /pages\.spec\.ts/
/** What needs a desk's width, or a house that nobody has used. */
const DESK_ONLY = /(?:live-cost|discovery)\.spec\.ts/

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // A test that needs a second try is a test that failed.
  retries: 0,
  workers: 1,
  forbidOnly: true,
  use: {
    // The system's browser: nothing is downloaded behind the package manager's back.
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: 'retain-on-failure',
  },
  // Every page in every look; what people do, once at a desk and once on a phone; figures at the desk alone.
  projects: [
    { name: 'desktop light', use: { ...desktop, colorScheme: 'light' } },
    { name: 'desktop dark', use: { ...desktop, colorScheme: 'dark' }, testMatch: PAGES },
    { name: 'phone light', use: { ...phone, colorScheme: 'light' }, testMatch: PAGES },
    { name: 'phone dark', use: { ...phone, colorScheme: 'dark' }, testIgnore: DESK_ONLY },
  ],
})
