import { fileURLToPath } from 'node:url'
import { BUDGET, firstPage } from './first-page.ts'

/** `npm run budget`: what the first page weighs in the build that is there, and whether that is too much. */
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

const scripts = firstPage(fileURLToPath(new URL('../dist', import.meta.url)))
const sum = scripts.reduce((total, { bytes }) => total + bytes, 0)
const lines = [
  ...scripts.map(({ path, bytes }) => `${kilobytes(bytes)}  ${path}`),
  `${kilobytes(sum)}  of ${kilobytes(BUDGET).trim()} for the first page, gzip`,
]
process.stdout.write(`${lines.join('\n')}\n`)
if (sum > BUDGET) {
  process.stderr.write(
    `The first page loads ${sum - BUDGET} bytes of JavaScript too many. Load later what is not seen at once ` +
      '(import() or React.lazy), or take something smaller.\n',
  )
  process.exitCode = 1
}
