import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useShade } from '../theme.ts'
import type { Plot, PlotSpec } from './plot.ts'

type Make = typeof import('./plot.ts').makePlot

export interface PlotState {
  /** The plot, once its box has a size. */
  plot: RefObject<Plot | undefined>
  /** The part that draws could not be loaded. */
  failed: boolean
  retry: () => void
}

/** Keeps a plot in a box: made when the box has a size, redrawn when something changes, gone with it. */
export function usePlot(box: RefObject<HTMLElement | null>, spec: PlotSpec): PlotState {
  const { make, failed, retry } = usePainter()
  const shade = useShade()
  const plot = useRef<Plot>(undefined)
  const build = useEffectEvent((element: HTMLElement, width: number, painter: Make) =>
    painter(element, width, {
      ...spec,
      onCursor: (at) => onCursor(at),
      onSelect: (span) => onSelect(span),
      ...(spec.bands ? { bands: (canvas) => bands(canvas) } : {}),
    }),
  )
  // Handlers change with every render; the plot keeps one way to the latest of them.
  const onCursor = useEffectEvent(spec.onCursor)
  const onSelect = useEffectEvent(spec.onSelect)
  const bands = useEffectEvent<NonNullable<PlotSpec['bands']>>((canvas) => spec.bands?.(canvas))

  const { series, height, clockwork, syncKey } = spec
  const shape = JSON.stringify([
    series.map(({ label, unit, color }) => [label, unit, color]),
    height,
    clockwork,
    syncKey,
    Boolean(spec.bands),
    shade,
  ])
  // oxlint-disable-next-line react/exhaustive-deps -- `shape` stands for all that a plot cannot change once it is made
  useEffect(() => {
    const element = box.current
    if (!element || !make) {
      return
    }
    let mine: Plot | undefined
    const watcher = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width === 0) {
        return
      }
      if (mine) {
        mine.resize(width)
      } else {
        mine = build(element, width, make)
        plot.current = mine
      }
    })
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      mine?.destroy()
      plot.current = undefined
    }
  }, [make, box, shape])

  useEffect(() => plot.current?.show(spec.aligned, spec.span), [spec.aligned, spec.span])
  useEffect(() => plot.current?.hide(spec.hidden), [spec.hidden])
  return { plot, failed, retry }
}

/** Loads uPlot when the first chart is shown: a page without one does not pay for it. */
function usePainter() {
  const [make, setMake] = useState<{ makePlot: Make }>()
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  // oxlint-disable-next-line react/exhaustive-deps -- another attempt is another load
  useEffect(() => {
    let wanted = true
    import('./plot.ts').then(
      ({ makePlot }) => {
        if (wanted) {
          // A function in a state would be called; so it is kept in an object.
          setMake({ makePlot })
        }
      },
      // Said where the chart would be, with a way to try again.
      () => {
        if (wanted) {
          setFailed(true)
        }
      },
    )
    return () => {
      wanted = false
    }
  }, [attempt])
  const retry = () => {
    setFailed(false)
    setAttempt((before) => before + 1)
  }
  return { make: make?.makePlot, failed, retry }
}
