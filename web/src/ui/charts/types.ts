/** A colour of tokens.css, by its name. */
export type ChartColor =
  | `series-${1 | 2 | 3 | 4 | 5 | 6}`
  | 'cheap'
  | 'normal'
  | 'expensive'
  | 'good'
  | 'warn'
  | 'bad'
  | 'champion'

/** `[time in ms, least, mean, most]`; null where nothing is known. */
export type ChartPoint = readonly (number | null)[]

export interface ChartSeries {
  label: string
  /** Series with the same unit share an axis; it also names the column of the CSV. */
  unit: string
  color: ChartColor
  /** In order of time. */
  points: readonly ChartPoint[]
  /** The number for the eye, with its unit. */
  format: (value: number) => string
  /** The number on the axis, where it should be shorter. */
  axisFormat?: (value: number) => string
  /** Milliseconds from one point to the next. Further apart is a gap, and a gap is not joined. */
  step?: number
}

/** From and to, in milliseconds. */
export type Span = readonly [from: number, to: number]

/** What a painter of bands gets: the canvas, where the plot is on it, and the way from values to places. */
export interface BandCanvas {
  ctx: CanvasRenderingContext2D
  box: { left: number; top: number; width: number; height: number }
  x: (time: number) => number
  y: (value: number, unit: string) => number
  colour: (token: string) => string
}
