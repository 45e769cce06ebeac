import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '../button.tsx'
import { Loading } from '../state.tsx'
import { align, valueNear } from './align.ts'
import { ChartTools } from './chart-tools.tsx'
import type { Clockwork } from './labels.ts'
import { momentLabel } from './labels.ts'
import { Legend } from './legend.tsx'
import { Readout } from './readout.tsx'
import type { BandCanvas, ChartSeries, Span } from './types.ts'
import { usePlot } from './use-plot.ts'
import { type Move, useZoom } from './use-zoom.ts'

interface Props {
  /** Names the chart, its table and its files. */
  name: string
  /** What can be seen, in a sentence, for whoever cannot see it. */
  summary: string
  /** Labels must differ from each other. */
  series: readonly ChartSeries[]
  /** The whole span, in milliseconds. */
  from: number
  to: number
  /** Pixels; the box has this height before anything is loaded. */
  height?: number
  /** The part that is shown, where the page keeps it (in the address bar). Without `onZoom` the chart keeps it. */
  zoom?: Span | undefined
  onZoom?: (zoom: Span | undefined) => void
  /** Charts with the same key share the cursor. */
  syncKey?: string
  /** An IANA name; without one, the reader's own. */
  timeZone?: string
  /** Paints behind the lines. */
  bands?: (canvas: BandCanvas) => void
}

interface Cursor {
  row: number
  left: number
}

/** Few ask for it, so it comes when it is asked for. */
const ChartTable = lazy(async () => ({ default: (await import('./chart-table.tsx')).ChartTable }))

const NONE: ReadonlySet<string> = new Set()

/** Values over time: a line for the mean, a soft band from least to most, and a table for everybody. */
export function TimeChart({ name, summary, series, from, to, height = 240, syncKey, bands, ...rest }: Props) {
  const { t } = useTranslation('common')
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [hidden, setHidden] = useState(NONE)
  const [cursor, setCursor] = useState<Cursor>()
  const [said, setSaid] = useState('')
  const [asTable, setAsTable] = useState(false)

  const aligned = useMemo(() => align(series), [series])
  const { timeZone } = rest
  const clockwork = useMemo<Clockwork>(() => ({ locale: navigator.language, timeZone }), [timeZone])
  const { span, zoomed, setSpan, move, reset } = useZoom([from, to], rest.zoom, rest.onZoom)
  const { plot, failed, retry } = usePlot(box, {
    series,
    aligned,
    span,
    height,
    clockwork,
    hidden,
    syncKey,
    bands,
    onCursor: setCursor,
    onSelect: setSpan,
  })
  useWheel(box, (left, step) => {
    const centre = plot.current?.timeAt(left)
    if (centre !== undefined) {
      move(step, centre)
    }
  })

  const shown = series.filter((one) => !hidden.has(one.label))
  const tell = (row: number) => {
    const values = series.flatMap((one, index) => {
      const value = valueNear(aligned, index, row)
      return hidden.has(one.label) ? [] : [`${one.label} ${value === null ? '–' : one.format(value)}`]
    })
    setSaid([momentLabel(aligned.times[row] ?? from, clockwork), ...values].join(', '))
  }
  const press = (event: KeyboardEvent) => {
    // With one of these the keys belong to the browser: it zooms the page.
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return
    }
    const centre = cursor ? aligned.times[cursor.row] : undefined
    const step = MOVES[event.shiftKey ? `Shift+${event.key}` : event.key]
    const row = nextRow(event.key, aligned.times, span, cursor?.row)
    if (step) {
      move(step, centre)
    } else if (event.key === 'Escape' && cursor) {
      plot.current?.point(undefined)
      setSaid('')
    } else if (row === undefined) {
      return
    } else {
      plot.current?.point(row)
      tell(row)
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const empty = !aligned.times.some((time) => time >= span[0] && time <= span[1])
  // To a rule an image is dumb; this one has a cursor, so the keyboard must be able to reach it.
  const image = {
    role: 'img',
    'aria-label': `${name}. ${summary}`,
    tabIndex: 0,
    onKeyDown: press,
    onDoubleClick: reset,
  }
  return (
    <div className="min-w-0">
      <div className="mb-1 flex flex-wrap items-center justify-between gap-x-4">
        <Legend series={series} hidden={hidden} onChange={setHidden} />
        <ChartTools
          name={name}
          series={series}
          shown={shown}
          aligned={aligned}
          plot={plot}
          zoomed={zoomed}
          move={move}
          reset={reset}
          asTable={asTable}
          onAsTable={setAsTable}
        />
      </div>
      <div className="relative" style={{ height }}>
        <div
          ref={box}
          {...image}
          aria-describedby={`${id}-keys`}
          hidden={asTable}
          className="h-full rounded-lg"
        />
        {cursor && !asTable ? (
          <Readout aligned={aligned} series={series} hidden={hidden} cursor={cursor} clockwork={clockwork} />
        ) : null}
        {empty && !asTable ? <Centred>{t('ui.chartEmpty')}</Centred> : null}
        {failed && !asTable ? (
          <Centred>
            {t('ui.chartFailed')}
            <Button size="sm" onClick={retry}>
              {t('ui.tryAgain')}
            </Button>
          </Centred>
        ) : null}
        {asTable ? (
          <Suspense fallback={<Loading rows={5} />}>
            <ChartTable name={name} series={series} aligned={aligned} span={span} clockwork={clockwork} />
          </Suspense>
        ) : null}
      </div>
      <p id={`${id}-keys`} hidden>
        {t('ui.chartKeys')}
      </p>
      <output className="sr-only">{said}</output>
    </div>
  )
}

const MOVES: Record<string, Move> = {
  '+': 'in',
  'Shift++': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'reset',
  'Shift+ArrowLeft': 'earlier',
  'Shift+ArrowRight': 'later',
}

/** The row that a key leads to, among those in sight. */
function nextRow(key: string, times: readonly number[], [from, to]: Span, row: number | undefined) {
  const first = times.findIndex((time) => time >= from)
  const last = times.findLastIndex((time) => time <= to)
  if (first < 0 || last < first) {
    return undefined
  }
  switch (key) {
    case 'Home':
      return first
    case 'End':
      return last
    case 'ArrowLeft':
      return Math.max(first, (row ?? last + 1) - 1)
    case 'ArrowRight':
      return Math.min(last, (row ?? first - 1) + 1)
    default:
      return undefined
  }
}

/** Zooms with Ctrl and the wheel (which is also what two fingers on a touchpad send); the plain wheel scrolls the page. */
function useWheel(box: React.RefObject<HTMLElement | null>, onWheel: (left: number, step: Move) => void) {
  const turn = useEffectEvent((event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) {
      return
    }
    event.preventDefault()
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    onWheel(event.clientX - left, event.deltaY < 0 ? 'in' : 'out')
  })
  useEffect(() => {
    const element = box.current
    // React listens passively, and a passive listener cannot keep the browser from zooming the whole page.
    const listen = (event: WheelEvent) => turn(event)
    element?.addEventListener('wheel', listen, { passive: false })
    return () => element?.removeEventListener('wheel', listen)
  }, [box])
}

function Centred({ children }: { children: React.ReactNode }) {
  return (
    <div className="absolute inset-0 grid place-content-center justify-items-center gap-2 text-center text-muted text-sm">
      {children}
    </div>
  )
}
