import { useMemo } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { joined } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import type { Range } from '@/lib/ranges.ts'
import { useNow } from '@/lib/use-now.ts'
import { useSeen } from '@/lib/use-seen.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { TimeChart } from '@/ui/charts/time-chart.tsx'
import type { Span } from '@/ui/charts/types.ts'
import { ErrorState, Skeleton } from '@/ui/state.tsx'
import { type Chart, lineOf, newestPoint, pointsOf, storedSpan, summaryOf } from './charts.ts'
import { useSeries } from './queries.ts'

const HEIGHT = 180
/** The line above the chart. */
const TOOLS = 40
const TICK_MS = 30_000
/** The charts of one page share one cursor. */
const SYNC = 'miner'

interface Props {
  miner: Miner
  chart: Chart
  range: Range
  zoom: Span | undefined
  onZoom: (zoom: Span | undefined) => void
}

/** One or two metrics over time. What nobody scrolls to is neither asked for nor drawn. */
export function MinerChart(props: Props) {
  const { t } = useTranslation('miner')
  const { ref, seen } = useSeen()
  return (
    <Card>
      <h3 className="sr-only">{t(`chart.${props.chart.id}`)}</h3>
      <div ref={ref} style={{ minHeight: HEIGHT + TOOLS }}>
        {seen ? <Drawn {...props} /> : null}
      </div>
    </Card>
  )
}

/** The newest reading joins as it comes. */
function Drawn({ miner, chart, range, zoom, onZoom }: Props) {
  const { t } = useTranslation('miner')
  const now = useNow(TICK_MS)
  const whole = storedSpan(range, now)
  const stored = useSeries(miner.id, chart.metrics, whole, true)
  const closer = useSeries(miner.id, chart.metrics, zoom, false)
  const { latest, stale } = miner
  const [zoomFrom, zoomTo] = zoom ?? []
  const series = useMemo(() => {
    const span: Span | undefined =
      zoomFrom === undefined || zoomTo === undefined ? undefined : [zoomFrom, zoomTo]
    return chart.metrics.map((metric, index) => {
      const { unit, color, format } = lineOf(metric)
      const from = stored.data?.[index]
      return {
        label: t(`metric.${metric}`),
        unit,
        color,
        format: (value: number) => joined(format(value)),
        points: pointsOf(from, closer.data?.[index], span, newestPoint({ latest, stale }, metric)),
        step: from && from.resolution_s * 1000,
      }
    })
  }, [chart.metrics, stored.data, closer.data, zoomFrom, zoomTo, latest, stale, t])
  const to = Math.max(whole[1], latest && !stale ? Date.parse(latest.at) : 0)
  const title = t(`chart.${chart.id}`)
  const error = stored.error ?? closer.error
  if (stored.data) {
    return (
      <TimeChart
        name={t('chart.name', { chart: title, miner: miner.name })}
        summary={summary()}
        series={series}
        from={whole[0]}
        to={to}
        zoom={zoom}
        onZoom={onZoom}
        height={HEIGHT}
        syncKey={SYNC}
      />
    )
  }
  if (error) {
    return (
      <ErrorState
        title={t('failed.chart', { chart: title })}
        detail={asProblem(error).detail}
        action={<Button onClick={() => void stored.refetch()}>{t('again')}</Button>}
      />
    )
  }
  return (
    <output aria-busy="true">
      <span className="sr-only">{t('loading')}</span>
      <Skeleton className="mb-1 h-9 w-40" />
      <Skeleton style={{ height: HEIGHT }} />
    </output>
  )

  function summary(): string {
    const span = zoom ?? [whole[0], to]
    return chart.metrics
      .map((metric, index) => {
        const { format } = lineOf(metric)
        const said = summaryOf(series[index]?.points ?? [], span, format)
        const name = t(`metric.${metric}`)
        return said ? t('chart.summary', { name, ...said }) : t('chart.nothing', { name })
      })
      .join(' ')
  }
}
