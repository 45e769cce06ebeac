import type { Aligned, Cell } from './align.ts'
import type { ChartSeries } from './types.ts'

type Named = Pick<ChartSeries, 'label' | 'unit'>

/** A spreadsheet takes a text that begins like this for a formula, and a label may come from a device. */
const FORMULA = /^[=+\-@\t\r]/

function text(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const figure = (value: Cell) => (value === null || value === undefined ? '' : String(value))

/** Everything the chart knows, in plain numbers: times in UTC, empty where nothing is known. */
export function toCsv(series: readonly Named[], { times, columns }: Aligned): string {
  const names = series.flatMap(({ label, unit }) => {
    const name = unit ? `${label} (${unit})` : label
    return [`${name} min`, `${name} mean`, `${name} max`]
  })
  const head = ['time', ...names].map(text).join(',')
  const rows = times.map((time, row) =>
    [
      new Date(time).toISOString(),
      ...columns.flatMap(({ least, mean, most }) => [least[row], mean[row], most[row]].map(figure)),
    ].join(','),
  )
  return `${[head, ...rows].join('\r\n')}\r\n`
}

/** "Hash rate, live" → "hash-rate-live". */
export function fileName(name: string, ending: string): string {
  const plain = name
    .normalize('NFKD')
    // An accent is a sign of its own now.
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${plain || 'chart'}.${ending}`
}

/** Hands a file to the browser. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}
