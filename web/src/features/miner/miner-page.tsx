import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { asProblem } from '@/api/problem.ts'
import { useMiner } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Empty, ErrorState, Skeleton } from '@/ui/state.tsx'
import { MinerView } from './miner-view.tsx'

/** One miner: what it does and why, what can be asked of it, and what it did. */
export function MinerPage({ id }: { id: number }) {
  const { t } = useTranslation('miner')
  const { data: miner, error, refetch } = useMiner(id)
  usePageTitle(miner?.name ?? t('title'))
  if (miner) {
    return <MinerView miner={miner} />
  }
  if (miner === null) {
    return (
      <>
        <h1 className="sr-only">{t('gone.title')}</h1>
        <Empty
          icon={SearchX}
          title={t('gone.title')}
          reason={t('gone.reason')}
          action={
            <LinkButton look="primary">
              <Link to="/miners">{t('gone.action')}</Link>
            </LinkButton>
          }
        />
      </>
    )
  }
  if (error) {
    return (
      <>
        <h1 className="sr-only">{t('title')}</h1>
        <ErrorState
          title={t('failed.load')}
          detail={asProblem(error).detail}
          action={<Button onClick={() => void refetch()}>{t('again')}</Button>}
        />
      </>
    )
  }
  return <Waiting />
}

/** As high as what comes. */
function Waiting() {
  const { t } = useTranslation('miner')
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <output aria-busy="true" className="grid gap-4">
        <span className="sr-only">{t('loading')}</span>
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-28" />
        <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
          {['a', 'b', 'c', 'd'].map((key) => (
            <Skeleton key={key} className="h-28" />
          ))}
        </div>
        <Skeleton className="h-64" />
      </output>
    </>
  )
}
