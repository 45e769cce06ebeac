import { expect, test } from 'vitest'
import { isNewer } from './pwa.ts'

const page = (script: string) =>
  `<!doctype html><html><head><script src="./theme.js"></script>${script}</head><body></body></html>`
const parsed = (html: string) => new DOMParser().parseFromString(html, 'text/html')

const OLD = '<script type="module" crossorigin src="./assets/index-old.js"></script>'
const NEW = '<script type="module" crossorigin src="./assets/index-new.js"></script>'

test('a page with another beginning is another version', () => {
  expect(isNewer(page(NEW), parsed(page(OLD)))).toBe(true)
  expect(isNewer(page(OLD), parsed(page(OLD)))).toBe(false)
})

test('what is not our page says nothing about versions', () => {
  expect(isNewer('<h1>Starting</h1>', parsed(page(OLD)))).toBe(false)
})
