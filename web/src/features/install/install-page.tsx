import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'
import { Loading } from '@/ui/state.tsx'
import { AbilitiesCard } from './abilities-card.tsx'
import { HttpsCard } from './https-card.tsx'
import { InstallCard } from './install-card.tsx'
import { useFacts } from './use-facts.ts'

/** How the page becomes an app, and what this browser needs for that. */
export function InstallPage() {
  const { t } = useTranslation('install')
  usePageTitle(t('title'))
  const facts = useFacts()
  return (
    <div className="grid max-w-5xl gap-4">
      <div>
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        <p className="mt-1 text-muted">{t('lead')}</p>
      </div>
      {facts ? (
        <div className="grid gap-4 lg:grid-cols-2">
          <InstallCard facts={facts} />
          <AbilitiesCard facts={facts} />
          <div className="lg:col-span-2">
            <HttpsCard secure={facts.secure} />
          </div>
        </div>
      ) : (
        <Card>
          <Loading rows={5} />
        </Card>
      )}
    </div>
  )
}
