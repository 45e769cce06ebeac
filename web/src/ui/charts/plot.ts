import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Aligned } from './align.ts'
import type { Clockwork } from './labels.ts'
import { type Colour, palette } from './palette.ts'
import { axesOf, scalesOf } from './plot-axes.ts'
import type { BandCanvas, ChartSeries, Span } from './types.ts'

export interface PlotSpec {
  series: readonly ChartSeries[]
  aligned: Aligned
  span: Span
  height: number
  clockwork: Clockwork
  hidden: ReadonlySet<string>
  syncKey: string | undefined
  bands: ((canvas: BandCanvas) => void) | undefined
  /** The row under the cursor and where it is, in pixels from the left of the box. */
  onCursor: (at: { row: number; left: number } | undefined) => void
  onSelect: (span: Span) => void
}

export type Plot = ReturnType<typeof makePlot>

/** Each series is three to uPlot: most and least with a band between them, and the mean as a line. */
const PARTS = 3
const meanOf = (series: number) => series * PARTS + PARTS
const isMean = (part: number) => part % PARTS === 0

const dataOf = ({ times, columns }: Aligned): uPlot.AlignedData => [
  times,
  ...columns.flatMap(({ least, mean, most }) => [most, least, mean]),
]

/** Draws into a box that has a size. The only file that knows uPlot. */
export function makePlot(box: HTMLElement, width: number, spec: PlotSpec) {
  let { aligned } = spec
  const colour = palette(box)
  const options: uPlot.Options = {
    width,
    height: spec.height,
    ms: 1,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    series: [{}, ...spec.series.flatMap((one, index) => partsOf(one, index, spec, () => aligned, colour))],
    bands: spec.series.map(({ color }, index) => ({
      series: [meanOf(index) - 2, meanOf(index) - 1],
      fill: colour(color, 16),
    })),
    scales: { x: { time: true, range: () => [...span] }, ...scalesOf(spec.series) },
    axes: axesOf(spec.series, spec.clockwork, colour),
    cursor: cursorOf(spec, colour),
    hooks: {
      drawClear: [(u) => paintBands(u, spec, colour)],
      setCursor: [
        (u) => {
          const { idx, left = -1 } = u.cursor
          const inside = idx !== null && idx !== undefined && left >= 0
          spec.onCursor(inside ? { row: idx, left: left + u.over.offsetLeft } : undefined)
        },
      ],
      setSelect: [
        (u) => {
          const { left, width: wide } = u.select
          if (wide > 0) {
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            spec.onSelect([u.posToVal(left, 'x'), u.posToVal(left + wide, 'x')])
          }
        },
      ],
    },
  }
  if (spec.clockwork.timeZone) {
    const zone = spec.clockwork.timeZone
    options.tzDate = (time) => uPlot.tzDate(new Date(time), zone)
  }
  let { span } = spec
  const u = new uPlot(options, dataOf(aligned), box)
  followFinger(u)
  redrawWithFont(u)
  return {
    resize: (wide: number) => u.setSize({ width: wide, height: spec.height }),
    show: (data: Aligned, from: Span) => {
      aligned = data
      span = from
      u.batch(() => {
        u.setData(dataOf(data), false)
        u.setScale('x', { min: from[0], max: from[1] })
      })
    },
    hide: (hidden: ReadonlySet<string>) =>
      spec.series.forEach(({ label }, index) => {
        for (let part = 0; part < PARTS; part += 1) {
          u.setSeries(meanOf(index) - part, { show: !hidden.has(label) })
        }
      }),
    /** Moves the cursor to a row, or away. */
    point: (row: number | undefined) => {
      const time = row === undefined ? undefined : aligned.times[row]
      const left = time === undefined ? -10 : u.valToPos(time, 'x')
      u.setCursor({ left, top: left < 0 ? -10 : u.over.clientHeight / 2 })
    },
    timeAt: (left: number) => u.posToVal(left - u.over.offsetLeft, 'x'),
    canvas: u.ctx.canvas,
    colour,
    destroy: () => u.destroy(),
  }
}

function partsOf(
  one: ChartSeries,
  index: number,
  { series, hidden }: PlotSpec,
  aligned: () => Aligned,
  colour: Colour,
): uPlot.Series[] {
  const common = { label: one.label, scale: one.unit, show: !hidden.has(one.label) }
  // uPlot sees the nulls by itself; what is too far apart to be joined only we know.
  const gaps: uPlot.Series.GapsRefiner = (u, _part, _first, _last, found) => {
    const at = (row: number) => u.valToPos(aligned().times[row] ?? 0, 'x', true)
    const breaks = aligned().columns[index]?.breaks ?? []
    const own = breaks.map(([from, to]): [number, number] => [at(from), at(to)])
    return [...found, ...own].toSorted((a, b) => a[0] - b[0])
  }
  const edge: uPlot.Series = { ...common, gaps, width: 0, points: { show: false } }
  const line: uPlot.Series = {
    ...common,
    gaps,
    stroke: colour(one.color),
    width: 1.75,
    points: {
      show: true,
      size: 5,
      width: 0,
      fill: colour(one.color),
      filter: () => aligned().columns[index]?.alone ?? [],
    },
  }
  if (series.length === 1) {
    line.fill = (u) => fade(u, colour(one.color, 20), colour(one.color, 1))
  }
  return [edge, { ...edge }, line]
}

function fade(u: uPlot, above: string, below: string): CanvasGradient {
  const { top, height } = u.bbox
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height)
  gradient.addColorStop(0, above)
  gradient.addColorStop(1, below)
  return gradient
}

/** Only the place of the cursor is shared: a drag on one chart must not zoom the others behind their back. */
const onlyMoves = (type: string) => type === 'mousemove' || type === 'mouseleave'

function cursorOf({ syncKey }: PlotSpec, colour: Colour): uPlot.Cursor {
  return {
    y: false,
    drag: { x: true, y: false, setScale: false, dist: 8 },
    points: { size: (_u, part) => (isMean(part) ? 9 : 0), width: 2, stroke: () => colour('surface') },
    // A double click belongs to the box, which knows the whole span.
    bind: { dblclick: () => null },
    ...(syncKey
      ? {
          sync: {
            key: syncKey,
            setSeries: false,
            scales: ['x', null],
            filters: { pub: onlyMoves, sub: onlyMoves },
          },
        }
      : {}),
  }
}

/** A finger has no hover: where it rests, the cursor is. Up and down still scrolls the page. */
function followFinger(u: uPlot) {
  u.over.style.touchAction = 'pan-y'
  const follow = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') {
      const { left, top } = u.over.getBoundingClientRect()
      u.setCursor({ left: event.clientX - left, top: event.clientY - top })
    }
  }
  u.over.addEventListener('pointerdown', follow)
  u.over.addEventListener('pointermove', follow)
}

/** A canvas does not wait for a font, and does not notice when it comes. */
function redrawWithFont(u: uPlot) {
  const wish = '12px "Inter Variable"'
  if (!document.fonts.check(wish)) {
    void document.fonts.load(wish).then(() => u.root.isConnected && u.redraw(false, true))
  }
}

function paintBands(u: uPlot, { bands }: PlotSpec, colour: Colour) {
  if (!bands) {
    return
  }
  const { ctx, bbox } = u
  // What is set on the canvas here would otherwise colour everything that is drawn after it.
  ctx.save()
  bands({
    ctx,
    box: bbox,
    x: (time) => u.valToPos(time, 'x', true),
    y: (value, unit) => u.valToPos(value, unit, true),
    colour,
  })
  ctx.restore()
}
