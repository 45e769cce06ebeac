import type { ChartPoint, ChartSeries } from './types.ts'

/** `undefined`: this series has no point at this time; `null`: it has one, and nothing is known. */
export type Cell = number | null | undefined

interface Column {
  least: Cell[]
  mean: Cell[]
  most: Cell[]
  /** Neighbours that are too far apart to be joined, as pairs of row numbers. */
  breaks: [number, number][]
  /** Points without a neighbour on either side: a line would not show them. */
  alone: number[]
  /** The largest distance in ms that still counts as "beside each other". */
  reach: number
}

/** All series on one axis of time, column by column. */
export interface Aligned {
  times: number[]
  columns: Column[]
}

/** Somewhat more than one step: what arrives late by a little is no gap. */
const LATE = 1.5
/** Where the device is asked less often than the step says, its own rhythm counts. */
const RHYTHM = 3

const timeOf = (point: ChartPoint) => point[0] ?? Number.NaN

/** How far apart two points may be and still be joined. */
export function reachOf(points: readonly ChartPoint[], step: number | undefined): number {
  const distances: number[] = []
  points.forEach((point, index) => {
    const before = points[index - 1]
    if (before) {
      distances.push(timeOf(point) - timeOf(before))
    }
  })
  distances.sort((a, b) => a - b)
  const usual = distances[Math.floor(distances.length / 2)] ?? 0
  return Math.max((step ?? 0) * LATE, usual * RHYTHM)
}

export function align(series: readonly ChartSeries[]): Aligned {
  const all = new Set(series.flatMap((one) => one.points.map(timeOf)).filter(Number.isFinite))
  const times = [...all].toSorted((a, b) => a - b)
  const rows = new Map(times.map((time, row) => [time, row]))
  return { times, columns: series.map((one) => column(one, times, rows)) }
}

function column({ points, step }: ChartSeries, times: number[], rows: Map<number, number>): Column {
  const blank = (): Cell[] => Array.from({ length: times.length })
  const result: Column = {
    least: blank(),
    mean: blank(),
    most: blank(),
    breaks: [],
    alone: [],
    reach: reachOf(points, step),
  }
  for (const point of points) {
    const row = rows.get(timeOf(point))
    if (row !== undefined) {
      const [, least = null, mean = null, most = null] = point
      result.least[row] = least
      result.mean[row] = mean
      result.most[row] = most
    }
  }
  findBreaks(result, times)
  return result
}

function findBreaks(result: Column, times: number[]) {
  // A null ends a run like a distance does, but uPlot sees that one by itself.
  let before: number | undefined
  let joined = false
  const close = (row: number | undefined) => {
    if (row !== undefined && !joined) {
      result.alone.push(row)
    }
  }
  times.forEach((time, row) => {
    const value = result.mean[row]
    if (value === undefined) {
      return
    }
    if (value === null) {
      close(before)
      before = undefined
      joined = false
      return
    }
    const earlier = before === undefined ? undefined : times[before]
    if (before === undefined || earlier === undefined) {
      joined = false
    } else if (time - earlier > result.reach) {
      result.breaks.push([before, row])
      close(before)
      joined = false
    } else {
      joined = true
    }
    before = row
  })
  close(before)
}

/** The value of a column at a row, or of its nearest row within reach; null where nothing is known there. */
export function valueNear({ times, columns }: Aligned, series: number, row: number): number | null {
  const own = columns[series]
  const at = times[row]
  if (!own || at === undefined) {
    return null
  }
  const here = own.mean[row]
  if (here !== undefined) {
    return here
  }
  const candidates = [nextKnown(own, row, -1), nextKnown(own, row, 1)]
    .filter((found) => found !== undefined)
    .map((found) => ({ value: own.mean[found] ?? null, distance: Math.abs((times[found] ?? at) - at) }))
    .filter((found) => found.distance <= own.reach)
    .toSorted((a, b) => a.distance - b.distance)
  return candidates[0]?.value ?? null
}

function nextKnown(own: Column, row: number, by: 1 | -1): number | undefined {
  for (let at = row + by; at >= 0 && at < own.mean.length; at += by) {
    if (own.mean[at] !== undefined) {
      return at
    }
  }
  return undefined
}
