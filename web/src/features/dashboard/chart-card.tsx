import { useMemo } from 'react'
import { asProblem } from '@/api/problem.ts'
import type { FleetTotals } from '@/entities/miner/figures.ts'
import { hashrate, joined, power, type Quantity } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { RANGES, SPAN_MS } from '@/lib/ranges.ts'
import { useSeen } from '@/lib/use-seen.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { TimeChart } from '@/ui/charts/time-chart.tsx'
import type { ChartColor } from '@/ui/charts/types.ts'
import { Select } from '@/ui/input.tsx'
import { ErrorState } from '@/ui/state.tsx'
import { Segmented } from '@/ui/tabs.tsx'
import { joinTail, metricOf, summaryOf, useFleetSeries, useTail } from './fleet-series.ts'
import { type DashboardSearch, METRICS, type Metric } from './search.ts'

const HEIGHT = 240
/** The line above the chart. */
const TOOLS = 40

const LOOKS: Record<Metric, { format: (value: number) => Quantity; unit: string; color: ChartColor }> = {
  hashrate: { format: hashrate, unit: 'H/s', color: 'series-1' },
  power: { format: power, unit: 'W', color: 'series-2' },
}

interface Props {
  totals: FleetTotals
  /** When the totals were told, in milliseconds. */
  at: number
  search: DashboardSearch
  onSearch: (change: DashboardSearch) => void
}

/** The fleet over time. Hashrates of different algorithms are never summed, so it shows one of them. */
export function ChartCard({ totals, at, search, onSearch }: Props) {
  const { t } = useTranslation('dashboard')
  const { ref, seen } = useSeen()
  const metric = search.metric ?? 'hashrate'
  const { algorithms } = totals
  const shown = algorithms.find(({ algorithm }) => algorithm === search.algorithm) ?? algorithms[0]
  return (
    <Card title={t('chart.title')}>
      <Choices search={search} onSearch={onSearch} totals={totals} />
      <div ref={ref} style={{ minHeight: HEIGHT + TOOLS }}>
        {shown && seen ? (
          <Chart
            key={`${metric} ${shown.algorithm}`}
            algorithm={shown.algorithm}
            metric={metric}
            now={metricOf(shown, metric)}
            at={at}
            search={search}
          />
        ) : null}
      </div>
    </Card>
  )
}

interface ChartProps {
  algorithm: string
  metric: Metric
  now: number | null
  at: number
  search: DashboardSearch
}

function Chart({ algorithm, metric, now, at, search }: ChartProps) {
  const { t } = useTranslation('dashboard')
  const range = search.range ?? '24h'
  const { data, error, refetch, isFetching } = useFleetSeries({ range, metric, algorithm })
  const tail = useTail(`${metric} ${algorithm}`, at, now)
  const end = Math.max(data?.to ?? 0, tail.at(-1)?.[0] ?? 0)
  const drawn = useMemo(() => {
    const { format, unit, color } = LOOKS[metric]
    const points = joinTail(data?.points ?? [], tail)
    const say = (value: number) => joined(format(value))
    const summary = summaryOf(points)
    return {
      series: [
        {
          label: t(`chart.${metric}`),
          unit,
          color,
          points,
          format: say,
          // What is stored comes in buckets, and the last one is not there yet.
          ...(data ? { step: 2 * data.step } : {}),
        },
      ],
      summary: summary
        ? t('chart.summary', { least: say(summary.least), mean: say(summary.mean), most: say(summary.most) })
        : t('chart.nothing'),
    }
  }, [data, tail, metric, t])
  if (!data && error) {
    return (
      <ErrorState
        title={t('chart.error')}
        detail={asProblem(error).detail}
        action={
          <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
            {t('retry')}
          </Button>
        }
      />
    )
  }
  return (
    <TimeChart name={t(`chart.${metric}`)} {...drawn} from={end - SPAN_MS[range]} to={end} height={HEIGHT} />
  )
}

function Choices({ search, onSearch, totals }: Pick<Props, 'search' | 'onSearch' | 'totals'>) {
  const { t } = useTranslation('dashboard')
  const words = useTranslation('miner-words').t
  const names = totals.algorithms.map(({ algorithm }) => algorithm)
  return (
    <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      {names.length > 1 ? (
        <Select
          aria-label={t('chart.algorithm')}
          value={search.algorithm ?? names[0]}
          onChange={({ target }) => onSearch({ algorithm: target.value })}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {words(`algorithm.${name}`, { defaultValue: name })}
            </option>
          ))}
        </Select>
      ) : null}
      <Segmented
        label={t('chart.metric')}
        value={search.metric ?? 'hashrate'}
        onValueChange={(metric) => onSearch({ metric: metric === 'hashrate' ? undefined : metric })}
        options={METRICS.map((metric) => ({ value: metric, label: t(`chart.${metric}`) }))}
      />
      <Segmented
        label={t('chart.range')}
        value={search.range ?? '24h'}
        onValueChange={(range) => onSearch({ range: range === '24h' ? undefined : range })}
        options={RANGES.map((range) => ({ value: range, label: t(`range.${range}`) }))}
      />
    </div>
  )
}
