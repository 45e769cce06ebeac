import { useQuery } from '@tanstack/react-query'
import { getHouseOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { LookRound } from '@/entities/discovery/look-round.tsx'
import { AddMinerLink } from '@/entities/miner/add-miner-link.tsx'
import { Only } from '@/entities/person/only.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { OwnCard } from './own-card.tsx'

/** Who is in the network, who of them is in the house, and what the house does about the others by itself. */
export function DiscoveryPage() {
  const { t } = useTranslation('discovery')
  usePageTitle(t('title'))
  return (
    <Only least="admin" title={t('title')}>
      <Discovery />
    </Only>
  )
}

function Discovery() {
  const { t } = useTranslation('discovery')
  const { data: house, error, refetch, isFetching } = useQuery(getHouseOptions())
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        <AddMinerLink />
      </div>
      <p className="text-muted">{t('lead')}</p>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[2fr_1fr]">
        <Card>
          {house ? <LookRound house={house} /> : null}
          {!house && error ? (
            <ErrorState
              title={t('error')}
              detail={asProblem(error).detail}
              action={
                <Button busy={isFetching} onClick={() => void refetch()}>
                  {t('again')}
                </Button>
              }
            />
          ) : null}
          {house || error ? null : <Loading rows={4} />}
        </Card>
        <OwnCard />
      </div>
    </div>
  )
}
