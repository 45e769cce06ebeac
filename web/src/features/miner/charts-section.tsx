import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { RANGES, type Range } from '@/lib/ranges.ts'
import { Segmented } from '@/ui/tabs.tsx'
import { chartsOf, zoomOf } from './charts.ts'
import { MinerChart } from './miner-chart.tsx'
import { useMinerSearch } from './use-search.ts'

const USUAL: Range = '24h'

/** All charts of the page: one range, one zoom, one cursor. */
export function Charts({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { search, change } = useMinerSearch()
  const range = search.range ?? USUAL
  return (
    <section aria-labelledby="miner-charts" className="grid min-w-0 grid-cols-1 gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id="miner-charts" className="font-semibold text-lg">
          {t('chart.title')}
        </h2>
        <Segmented
          label={t('chart.range')}
          value={range}
          onValueChange={(next) =>
            change({ range: next === USUAL ? undefined : next, from: undefined, to: undefined })
          }
          options={RANGES.map((value) => ({ value, label: t(`range.${value}`) }))}
        />
      </div>
      {chartsOf(miner).map((chart) => (
        <MinerChart
          key={chart.id}
          miner={miner}
          chart={chart}
          range={range}
          zoom={zoomOf(search)}
          onZoom={(zoom) => change({ from: zoom && Math.round(zoom[0]), to: zoom && Math.round(zoom[1]) })}
        />
      ))}
    </section>
  )
}
