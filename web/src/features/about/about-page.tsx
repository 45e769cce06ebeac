import { useQuery } from '@tanstack/react-query'
import { getSystemOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { UNKNOWN } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'

const LINK = 'text-accent underline underline-offset-2'

/** What this is, whose it is, and what leaves the house. */
export function AboutPage() {
  const { t } = useTranslation('about')
  usePageTitle(t('title'))
  const { data } = useQuery(getSystemOptions())
  return (
    <div className="grid grid-cols-1 gap-4">
      <h1 className="font-semibold text-xl">{t('title')}</h1>
      <Card title={t('program.title')}>
        <p className="text-base">{t('program.version', { version: data?.version ?? UNKNOWN })}</p>
        <p className="mt-2 max-w-prose text-muted">{t('program.what')}</p>
      </Card>
      <Card title={t('leaves.title')}>
        <p className="max-w-prose">{t('leaves.text')}</p>
      </Card>
      <Card title={t('api.title')}>
        <p className="max-w-prose">
          {t('api.text')}{' '}
          <a className={LINK} href="docs">
            {t('api.link')}
          </a>
        </p>
      </Card>
      <Card title={t('licence.title')}>
        <p className="max-w-prose">
          {t('licence.text')}{' '}
          <a className={LINK} href="licences.txt">
            {t('licence.link')}
          </a>
        </p>
      </Card>
    </div>
  )
}
