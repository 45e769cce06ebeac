import { Cpu } from 'lucide-react'
import { useMemo } from 'react'
import { asProblem } from '@/api/problem.ts'
import { AddMinerLink } from '@/entities/miner/add-miner-link.tsx'
import { fleetTotals } from '@/entities/miner/figures.ts'
import { FindMinersLink } from '@/entities/miner/find-miners-link.tsx'
import { useFleet } from '@/entities/miner/queries.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import type { Fleet } from '@/live/fleet.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Later } from '@/ui/later.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import { AttentionCard } from './attention-card.tsx'
import { ChartCard } from './chart-card.tsx'
import { EventsCard } from './events-card.tsx'
import { HottestCard } from './hottest-card.tsx'
import { RunsCard } from './runs-card.tsx'
import type { DashboardSearch } from './search.ts'
import { TILES, Totals } from './totals.tsx'

interface Props {
  search: DashboardSearch
  /** What changes; `undefined` takes it out of the address. */
  onSearch: (change: DashboardSearch) => void
}

/** What is running, what it costs in attention, what happens next and why. */
export function DashboardPage({ search, onSearch }: Props) {
  const { t } = useTranslation('dashboard')
  usePageTitle(t('title'))
  const { data: fleet, error, refetch, isFetching } = useFleet()
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        {fleet?.miners.length === 0 ? null : <AddMinerLink />}
      </div>
      {fleet ? <House fleet={fleet} search={search} onSearch={onSearch} /> : null}
      {!fleet && error ? (
        <Card>
          <ErrorState
            title={t('error')}
            detail={asProblem(error).detail}
            action={
              <Button busy={isFetching} onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Card>
      ) : null}
      {fleet || error ? null : <Waiting />}
    </>
  )
}

function House({ fleet, search, onSearch }: Props & { fleet: Fleet }) {
  const { t } = useTranslation('dashboard')
  const operates = useMay('operator')
  const { miners, at } = fleet
  const totals = useMemo(() => fleetTotals(miners), [miners])
  if (miners.length === 0) {
    return (
      <Card>
        <Empty
          icon={Cpu}
          title={t('empty.title')}
          reason={t('empty.reason')}
          action={
            <>
              <AddMinerLink />
              <FindMinersLink />
            </>
          }
        />
      </Card>
    )
  }
  return (
    <div className="grid gap-4">
      <Totals totals={totals} />
      <Later>
        <div className="grid gap-4 lg:grid-cols-2">
          <RunsCard miners={miners} />
          <AttentionCard miners={miners} />
        </div>
        <div className="grid gap-4 lg:grid-cols-3">
          <div className="grid min-w-0 lg:col-span-2">
            <ChartCard totals={totals} at={at} search={search} onSearch={onSearch} />
          </div>
          <HottestCard miners={miners} />
        </div>
        {operates ? <EventsCard miners={miners} /> : null}
      </Later>
    </div>
  )
}

/** As high as what comes. */
function Waiting() {
  const { t } = useTranslation('dashboard')
  return (
    <div className="grid gap-4">
      <div className={TILES}>
        {['a', 'b', 'c', 'd'].map((place) => (
          <Card key={place}>
            <Loading rows={1} rowHeight={72} label={t('loading')} />
          </Card>
        ))}
      </div>
      <Card>
        <Loading rows={6} label={t('loading')} />
      </Card>
    </div>
  )
}
