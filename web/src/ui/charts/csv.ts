import { csvCell } from '@/lib/files.ts'
import type { Aligned, Cell } from './align.ts'
import type { ChartSeries } from './types.ts'

type Named = Pick<ChartSeries, 'label' | 'unit'>

const figure = (value: Cell) => (value === null || value === undefined ? '' : String(value))

/** Everything the chart knows, in plain numbers: times in UTC, empty where nothing is known. */
export function toCsv(series: readonly Named[], { times, columns }: Aligned): string {
  const names = series.flatMap(({ label, unit }) => {
    const name = unit ? `${label} (${unit})` : label
    return [`${name} min`, `${name} mean`, `${name} max`]
  })
  const head = ['time', ...names].map(csvCell).join(',')
  const rows = times.map((time, row) =>
    [
      new Date(time).toISOString(),
      ...columns.flatMap(({ least, mean, most }) => [least[row], mean[row], most[row]].map(figure)),
    ].join(','),
  )
  return `${[head, ...rows].join('\r\n')}\r\n`
}
