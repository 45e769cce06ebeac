import { memo } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { Measure } from '@/entities/miner/measure.tsx'
import { MinerName } from '@/entities/miner/miner-name.tsx'
import { StatePill } from '@/entities/miner/state-pill.tsx'
import { efficiency, hashrate, power } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Below, Heat, ModeCell, Tags } from './miner-cells.tsx'

interface Props {
  miner: Miner
  place: number
  of: number
  line: number
  /** Alone on its line there is room for one line of numbers and no more. */
  slim: boolean
}

/** Drawn anew only when this miner changed. */
export const MinerCard = memo(function MinerCard({ miner, place, of, line, slim }: Props) {
  return (
    <li
      aria-posinset={place}
      aria-setsize={of}
      data-line={line}
      className={`relative overflow-hidden rounded-xl border border-line bg-surface shadow-card hover:bg-subtle has-focus-visible:bg-subtle ${slim ? 'mb-2 h-22.5 p-3' : 'mb-3 h-46 p-4'}`}
    >
      <div className="flex items-start justify-between gap-3">
        <span className="grid min-w-0">
          <MinerName miner={miner} whole />
          <Below miner={miner} />
        </span>
        <StatePill miner={miner} />
      </div>
      {slim ? <Brief miner={miner} /> : <Facts miner={miner} />}
    </li>
  )
})

function Brief({ miner }: { miner: Miner }) {
  const { latest, stale } = miner
  return (
    <p className="mt-1.5 flex gap-x-4 text-sm">
      <Measure of={hashrate(latest?.hashrate_hs)} stale={stale} unit="H/s" />
      <Heat miner={miner} unit="°C" />
      <Measure of={power(latest?.power_w)} stale={stale} unit="W" />
      <Measure of={efficiency(latest?.power_w, latest?.hashrate_hs)} stale={stale} unit="J/TH" />
    </p>
  )
}

function Facts({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miners')
  const { latest, stale } = miner
  const facts = [
    ['hashrate', <Measure key="hashrate" of={hashrate(latest?.hashrate_hs)} stale={stale} />],
    ['temperature', <Heat key="temperature" miner={miner} />],
    ['power', <Measure key="power" of={power(latest?.power_w)} stale={stale} />],
    [
      'efficiency',
      <Measure key="efficiency" of={efficiency(latest?.power_w, latest?.hashrate_hs)} stale={stale} />,
    ],
    ['mode', <ModeCell key="mode" miner={miner} />],
    ['tags', <Tags key="tags" tags={miner.tags} />],
  ] as const
  return (
    <dl className="mt-3 grid grid-cols-3 gap-x-3 gap-y-2 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-2xs text-muted">{t(`column.${name}`)}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
