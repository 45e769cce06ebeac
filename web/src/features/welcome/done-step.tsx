import { Link } from '@tanstack/react-router'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Banner } from '@/ui/banner.tsx'
import { LinkButton } from '@/ui/button.tsx'

/** How it stands now, and what happens next. */
export function DoneStep() {
  const { t } = useTranslation('setup')
  const { data: fleet } = useFleet()
  const mode = useHouseNow()?.mode
  return (
    <div className="grid gap-4">
      {fleet ? (
        <Banner tone={fleet.miners.length > 0 ? 'good' : 'neutral'}>
          {t('done.miners', { count: fleet.miners.length })}
        </Banner>
      ) : null}
      {mode ? <p>{t(`done.mode.${mode}`)}</p> : null}
      <LinkButton look="primary">
        <Link to="/">{t('done.action')}</Link>
      </LinkButton>
    </div>
  )
}
