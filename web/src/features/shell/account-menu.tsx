import { Link, useRouter } from '@tanstack/react-router'
import { CircleUserRound, Keyboard, LogOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useMe } from '@/entities/person/me.ts'
import { useSignOut } from '@/entities/person/sign-out.ts'
import { IconButton } from '@/ui/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useAsk } from './ask.ts'
import { ThemeChoice } from './theme-menu.tsx'

const PROFILE = '/settings/profile'

/** Who is signed in, and what concerns them. */
export function AccountMenu() {
  const { t } = useTranslation('shell')
  const { name, role } = useMe()
  const { routesByPath } = useRouter()
  const ask = useAsk()
  const toast = useToast()
  const signOut = useSignOut((problem) => toast.trouble(t('signOut.failed'), { detail: problem.detail }))
  return (
    <Menu trigger={<IconButton icon={CircleUserRound} label={t('account', { name })} />}>
      <MenuLabel>{role ? t('who', { name, role: t(`roles.${role}`) }) : name}</MenuLabel>
      {PROFILE in routesByPath ? (
        <MenuItem asChild>
          <Link to={PROFILE as string}>
            <CircleUserRound size={16} aria-hidden />
            {t('pages.profile')}
          </Link>
        </MenuItem>
      ) : null}
      <MenuItem icon={Keyboard} onSelect={() => ask('keys')}>
        {t('keys.title')}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{t('common:theme.name')}</MenuLabel>
      <ThemeChoice />
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t('signOut.action')}
      </MenuItem>
    </Menu>
  )
}
