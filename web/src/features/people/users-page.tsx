import { useQuery } from '@tanstack/react-query'
import { ShieldCheck, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { listUsersOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { User } from '@/api/generated/types.gen.ts'
import { useMe } from '@/entities/person/me.ts'
import { Only } from '@/entities/person/only.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { day, exactTime } from '@/lib/time.ts'
import { Button } from '@/ui/button.tsx'
import { Menu, MenuItem } from '@/ui/menu.tsx'
import { Pill } from '@/ui/pill.tsx'
import { AddUserDialog } from './add-user-dialog.tsx'
import { ListPage } from './list-page.tsx'
import { PasswordDialog, RemoveUserDialog, RoleDialog, TotpOffDialog } from './user-dialogs.tsx'
import { isLastAdmin } from './words.ts'

const DIALOGS = { role: RoleDialog, password: PasswordDialog, totp: TotpOffDialog, remove: RemoveUserDialog }
type Asked = { what: keyof typeof DIALOGS; user: User }

/** Who may come in, and as what. */
export function UsersPage() {
  const { t } = useTranslation('people')
  usePageTitle(t('users.title'))
  return (
    <Only least="admin" title={t('users.title')}>
      <Users />
    </Only>
  )
}

function Users() {
  const { t } = useTranslation('people')
  const list = useQuery(listUsersOptions())
  const [adds, setAdds] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const users = list.data?.items ?? []
  const Question = asked && DIALOGS[asked.what]
  return (
    <ListPage
      title={t('users.title')}
      about={t('users.about')}
      trouble={t('users.error')}
      list={list}
      action={
        <Button look="primary" icon={UserPlus} onClick={() => setAdds(true)}>
          {t('users.add')}
        </Button>
      }
    >
      <ul className="divide-y divide-line empty:hidden">
        {users.map((user) => (
          <Row
            key={user.id}
            user={user}
            last={isLastAdmin(user, users)}
            onAsk={(what) => setAsked({ what, user })}
          />
        ))}
      </ul>
      {adds ? <AddUserDialog onClose={() => setAdds(false)} /> : null}
      {asked && Question ? <Question user={asked.user} onClose={() => setAsked(undefined)} /> : null}
    </ListPage>
  )
}

interface RowProps {
  user: User
  /** The last administrator stays what they are. */
  last: boolean
  onAsk: (what: keyof typeof DIALOGS) => void
}

function Row({ user, last, onAsk }: RowProps) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  const own = useMe().id === user.id
  return (
    <li className="flex min-h-15 items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-base">
          <span className="wrap-anywhere min-w-0">{user.name}</span>
          {own ? <Pill tone="accent">{t('users.you')}</Pill> : null}
          {user.totp_enabled ? (
            <Pill tone="good" icon={ShieldCheck}>
              {t('users.totp')}
            </Pill>
          ) : null}
        </p>
        <p className="text-muted text-sm">
          {person(`role.${user.role}.name`)} ·{' '}
          <span title={exactTime(user.created_at)}>{t('users.since', { time: day(user.created_at) })}</span>
        </p>
      </div>
      <Menu
        trigger={
          <Button size="sm" aria-label={t('users.change', { name: user.name })}>
            {t('users.changeShort')}
          </Button>
        }
      >
        <MenuItem disabledReason={last ? t('users.lastAdmin') : undefined} onSelect={() => onAsk('role')}>
          {t('role.open')}
        </MenuItem>
        <MenuItem disabledReason={own ? t('users.own') : undefined} onSelect={() => onAsk('password')}>
          {t('password.open')}
        </MenuItem>
        {user.totp_enabled ? (
          <MenuItem disabledReason={own ? t('users.own') : undefined} onSelect={() => onAsk('totp')}>
            {t('totp.open')}
          </MenuItem>
        ) : null}
        <MenuItem disabledReason={last ? t('users.lastAdmin') : undefined} onSelect={() => onAsk('remove')}>
          {t('remove.open')}
        </MenuItem>
      </Menu>
    </li>
  )
}
