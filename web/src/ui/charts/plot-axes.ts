import uPlot from 'uplot'
import { axisLabels, type Clockwork } from './labels.ts'
import type { Colour } from './palette.ts'
import type { ChartSeries } from './types.ts'

/** What the axes are at least apart, so that no noise looks like an earthquake and no two ticks read the same. */
const LEAST_SPAN = 0.05
const LABEL_REM = 0.6875

const unitsOf = (series: readonly ChartSeries[]) => [...new Set(series.map(({ unit }) => unit))]

const range: uPlot.Range.Function = (_u, least, most) => {
  // Without a value there is no scale; any will do, as nothing is drawn on it.
  if (least === null || most === null) {
    return [0, 1]
  }
  const room = Math.max(most - least, Math.max(Math.abs(least), Math.abs(most)) * LEAST_SPAN) || 1
  const middle = (least + most) / 2
  const [low, high] = uPlot.rangeNum(middle - room / 2, middle + room / 2, 0.1, true)
  // What cannot be below zero does not get an axis that is.
  return [least >= 0 ? Math.max(0, low ?? 0) : low, high]
}

/** One scale for each unit. */
export function scalesOf(series: readonly ChartSeries[]): uPlot.Scales {
  return Object.fromEntries(unitsOf(series).map((unit) => [unit, { range }]))
}

export function axesOf(series: readonly ChartSeries[], clockwork: Clockwork, colour: Colour): uPlot.Axis[] {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const size = LABEL_REM * rem
  const common: uPlot.Axis = {
    font: `${size}px "Inter Variable", sans-serif`,
    stroke: colour('muted'),
    ticks: { show: false },
    border: { show: false },
    grid: { stroke: colour('edge', 45), width: 1, dash: [2, 4] },
  }
  const time: uPlot.Axis = {
    ...common,
    grid: { show: false },
    size: size * 2.2,
    gap: 6,
    space: size * 5.5,
    values: (u, splits, _axis, _space, distance) =>
      withoutCut(u, splits, axisLabels(splits, distance, clockwork), size),
  }
  // A third unit would need a third axis; it keeps its scale, and the cursor tells its values.
  const sides = unitsOf(series)
    .slice(0, 2)
    .map((unit, index) => sideAxis(unit, index === 0, size, series, common))
  return [time, ...sides]
}

function sideAxis(
  unit: string,
  first: boolean,
  size: number,
  series: readonly ChartSeries[],
  common: uPlot.Axis,
): uPlot.Axis {
  const one = series.find((candidate) => candidate.unit === unit)
  const format = one?.axisFormat ?? one?.format ?? String
  return {
    ...common,
    scale: unit,
    side: first ? 3 : 1,
    gap: 8,
    space: size * 3,
    grid: first ? (common.grid ?? {}) : { show: false },
    values: (u, splits) => (u.data[0].length > 0 ? withoutRepeats(splits.map((value) => format(value))) : []),
    size: (u, values, axis) => Math.max(size * 3, widest(u, values, axis) + 12),
  }
}

/** A label is centred below its tick; one at the very end would be cut in two. */
function withoutCut(u: uPlot, splits: number[], labels: string[], size: number): string[] {
  const { min = 0, max = 0 } = u.scales.x ?? {}
  const perPixel = ((max ?? 0) - (min ?? 0)) / u.width
  return labels.map((label, index) => {
    const room = ((max ?? 0) - (splits[index] ?? 0)) / perPixel
    return room < label.length * size * 0.25 ? '' : label
  })
}

/** Two ticks that read the same say less than one. */
function withoutRepeats(labels: string[]): string[] {
  return labels.map((label, index) => (label === labels[index - 1] ? '' : label))
}

function widest(u: uPlot, values: string[] | null, axis: number): number {
  const font = u.axes[axis]?.font as unknown as [string] | undefined
  if (!values || !font || values.length === 0) {
    return 0
  }
  u.ctx.font = font[0]
  return Math.ceil(Math.max(...values.map((value) => u.ctx.measureText(value).width)) / uPlot.pxRatio)
}
