import { useTranslation } from 'react-i18next'

export function DashboardPage() {
  const { t } = useTranslation('dashboard')
  return <h1 className="font-semibold text-xl">{t('title')}</h1>
}
