import { useQuery } from '@tanstack/react-query'
import { getSystemOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { BackupsCard } from './backups-card.tsx'
import { FactsCard } from './facts-card.tsx'
import { HouseCard } from './house-card.tsx'
import { ProblemsCard } from './problems-card.tsx'
import { SecurityCard } from './security-card.tsx'
import { JobsCard, LoopsCard } from './work-cards.tsx'

/** The uptime and the next runs move on; what breaks is told by the feed. */
const AGAIN_MS = 15_000

/** How the program itself is, and what is set for the whole house. */
export function SystemPage() {
  const { t } = useTranslation('system')
  usePageTitle(t('title'))
  const admin = useMay('admin')
  const { data, error, refetch, isFetching } = useQuery({ ...getSystemOptions(), refetchInterval: AGAIN_MS })
  return (
    <div className="grid grid-cols-1 gap-4">
      <h1 className="font-semibold text-xl">{t('title')}</h1>
      {data ? (
        <>
          <ProblemsCard problems={data.problems} />
          <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
            <FactsCard system={data} />
            <HouseCard />
          </div>
          {admin ? (
            <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
              <BackupsCard />
              <SecurityCard />
            </div>
          ) : null}
          <JobsCard jobs={data.jobs} />
          <LoopsCard loops={data.loops} />
        </>
      ) : null}
      {!data && error ? (
        <Card>
          <ErrorState
            title={t('error')}
            detail={asProblem(error).detail}
            action={
              <Button busy={isFetching} onClick={() => void refetch()}>
                {t('again')}
              </Button>
            }
          />
        </Card>
      ) : null}
      {data || error ? null : (
        <Card>
          <Loading rows={8} />
        </Card>
      )}
    </div>
  )
}
