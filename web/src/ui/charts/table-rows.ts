import type { Aligned, Cell } from './align.ts'
import type { Span } from './types.ts'

export const MOST_ROWS = 600

interface TableRow {
  time: number
  cells: Cell[]
}

export interface TableRows {
  rows: TableRow[]
  /** Every how many points one is shown: 1 if all are. */
  every: number
  /** How many there are. */
  total: number
}

/** The points within a span as rows; evenly thinned out where there are too many to read. */
export function tableRows({ times, columns }: Aligned, [from, to]: Span): TableRows {
  const inside = times
    .map((time, row) => ({ time, cells: columns.map(({ mean }) => mean[row]) }))
    .filter(({ time }) => time >= from && time <= to)
  const every = Math.max(1, Math.ceil(inside.length / MOST_ROWS))
  return { rows: inside.filter((_, index) => index % every === 0), every, total: inside.length }
}
