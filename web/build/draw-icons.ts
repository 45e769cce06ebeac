import { copyFile, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

/**
 * `npm run icons`: paints the icons of the installed app from their drawings, once; the pictures are kept. A phone cuts a
 * maskable one to the shape it likes, and an iPhone rounds the corners itself: both want a drawing that reaches the edge.
 */
const WHOLE = '../src/ui/icon.svg'
const TO_THE_EDGE = './icons/maskable.svg'
const PICTURES = [
  { drawing: WHOLE, size: 192, file: 'icons/icon-192.png' },
  { drawing: WHOLE, size: 512, file: 'icons/icon-512.png' },
  { drawing: TO_THE_EDGE, size: 192, file: 'icons/maskable-192.png' },
  { drawing: TO_THE_EDGE, size: 512, file: 'icons/maskable-512.png' },
  { drawing: TO_THE_EDGE, size: 180, file: 'apple-touch-icon.png' },
]

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const kept = (file: string) => place(`../public/${file}`)

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
for (const { drawing, size, file } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const svg = await readFile(place(drawing), 'utf8')
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${svg}`)
  await page.screenshot({ path: kept(file), omitBackground: true })
  await page.close()
}
await browser.close()
await copyFile(place(WHOLE), kept('icons/icon.svg'))
