import { useMe } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'
import { RadioCards } from '@/ui/choice.tsx'
import { useTheme } from '@/ui/theme.ts'
import { PasswordCard } from './password-card.tsx'
import { TotpCard } from './totp-card.tsx'

const THEMES = ['light', 'dark', 'system'] as const

/** One's own account. */
export function ProfilePage() {
  const { t } = useTranslation('profile')
  const { t: person } = useTranslation('person')
  usePageTitle(t('title'))
  const me = useMe()
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        <p className="text-muted">
          {me.name}
          {me.role ? ` · ${person(`role.${me.role}.name`)}: ${person(`role.${me.role}.hint`)}` : null}
        </p>
      </div>
      {me.kind === 'person' ? (
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
          <PasswordCard withCode={me.totp_enabled === true} />
          <TotpCard enabled={me.totp_enabled === true} />
        </div>
      ) : null}
      <Looks />
    </div>
  )
}

function Looks() {
  const { t } = useTranslation('profile')
  const { t: common } = useTranslation('common')
  const { theme, setTheme } = useTheme()
  return (
    <Card title={common('theme.name')}>
      <RadioCards
        legend={common('theme.name')}
        legendHidden
        name="theme"
        columns={3}
        value={theme}
        onValueChange={setTheme}
        options={THEMES.map((value) => ({ value, label: common(`theme.${value}`) }))}
      />
      <p className="mt-3 text-muted text-sm">{t('looks')}</p>
    </Card>
  )
}
