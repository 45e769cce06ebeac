import type { AlgorithmTotals, FleetTotals, Sum } from '@/entities/miner/figures.ts'
import { efficiency, hashrate, joined, number, power } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { useLiveStatus } from '@/live/status.ts'
import { Card } from '@/ui/card.tsx'
import { Figure } from '@/ui/figure.tsx'

const TICK_MS = 30_000
/** As many as there are, in equal parts; two beside each other on a phone. */
export const TILES = 'grid grid-cols-[repeat(auto-fit,minmax(min(100%,9rem),1fr))] gap-4 phone:gap-3'

/** The house in a few numbers, each with what it is made of. */
export function Totals({ totals }: { totals: FleetTotals }) {
  const { t } = useTranslation('dashboard')
  const stale = useOld()
  const several = totals.algorithms.length > 1
  return (
    <div className={TILES}>
      {totals.algorithms.map((one) => (
        <Card key={one.algorithm}>
          <Hashrate of={one} several={several} stale={stale} />
        </Card>
      ))}
      <Card>
        <Watts totals={totals} stale={stale} />
      </Card>
      {totals.algorithms.map((one) => (
        <Card key={one.algorithm}>
          <Efficiency of={one} several={several} stale={stale} />
        </Card>
      ))}
      <Card>
        <Figure
          label={t('totals.miners')}
          value={number(totals.mining)}
          unit={t('totals.ofMiners', { count: totals.miners, all: number(totals.miners) })}
          note={totals.disabled > 0 ? t('totals.disabled', { count: totals.disabled }) : t('totals.all')}
          stale={stale}
        />
      </Card>
    </div>
  )
}

/** "as of 12 min ago" where the line to the house is broken. */
function useOld(): string | undefined {
  const { t } = useTranslation('dashboard')
  const status = useLiveStatus()
  const now = useNow(TICK_MS)
  const broken = status.kind === 'offline' || status.kind === 'reconnecting'
  return broken ? t('asOf', { ago: ago(status.since, now) }) : undefined
}

interface Part {
  of: AlgorithmTotals
  several: boolean
  stale: string | undefined
}

function Hashrate({ of, several, stale }: Part) {
  const { t } = useTranslation('dashboard')
  return (
    <Figure
      label={<Named label={t('totals.hashrate')} algorithm={several ? of.algorithm : undefined} />}
      {...hashrate(of.hashrate_hs.value)}
      note={useSource(of.hashrate_hs)}
      stale={stale}
    />
  )
}

function Efficiency({ of: { algorithm, efficiency: both }, several, stale }: Part) {
  const { t } = useTranslation('dashboard')
  return (
    <Figure
      label={<Named label={t('totals.efficiency')} algorithm={several ? algorithm : undefined} />}
      {...efficiency(both?.watts, both?.hs)}
      note={both ? t('totals.from', { count: both.miners }) : t('totals.noEfficiency')}
      stale={stale}
    />
  )
}

function Watts({ totals: { power: watts }, stale }: { totals: FleetTotals; stale: string | undefined }) {
  const { t } = useTranslation('dashboard')
  const { measured, plug, estimated } = watts.by
  const guessed = estimated > 0
  const metered = measured + plug > 0
  const source = guessed
    ? metered
      ? t('totals.partEstimated', { watts: joined(power(estimated)) })
      : t('totals.allEstimated')
    : t('totals.measured')
  return (
    <Figure
      label={t('totals.power')}
      {...power(watts.value)}
      note={useSource(watts)}
      source={watts.value === null ? undefined : source}
      stale={stale}
    />
  )
}

function Named({ label, algorithm }: { label: string; algorithm: string | undefined }) {
  const { t } = useTranslation('miner-words')
  return (
    <>
      {label}
      {algorithm ? ` · ${t(`algorithm.${algorithm}`, { defaultValue: algorithm })}` : null}
    </>
  )
}

/** Of how many miners a sum is made, and how many are missing in it. */
function useSource({ known, missing }: Sum): string {
  const { t } = useTranslation('dashboard')
  return missing > 0
    ? t('totals.missing', { count: known + missing, known })
    : t('totals.from', { count: known })
}
