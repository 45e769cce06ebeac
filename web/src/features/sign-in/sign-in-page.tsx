import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** `next`: where the person wanted to go. */
export function SignInPage({ next }: { next: string | undefined }) {
  const { t } = useTranslation('sign-in')
  usePageTitle(t('title'))
  return (
    <Card>
      <h1 className="mb-1 font-semibold text-xl">{t('title')}</h1>
      <p className="mb-5 text-muted">{t('lead')}</p>
      <SignInForm next={next} />
    </Card>
  )
}
