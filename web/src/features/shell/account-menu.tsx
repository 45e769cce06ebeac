import { Link, useRouter } from '@tanstack/react-router'
import { CircleUserRound, DoorOpen, Keyboard, LogOut } from 'lucide-react'
import { useId, useRef } from 'react'
import { useLeaveDemo } from '@/entities/house/demo.ts'
import { useMe } from '@/entities/person/me.ts'
import { useSignOut } from '@/entities/person/sign-out.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { IconButton } from '@/ui/button.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useAsk } from './ask.ts'
import { ThemeChoice } from './theme-switch.tsx'

const PROFILE: string = '/settings/profile'
const ITEM =
  'flex min-h-9 w-full items-center gap-2.5 rounded-lg px-2.5 text-left text-base text-text no-underline hover:bg-subtle'

/**
 * Who is signed in, and what concerns them. The browser's own popover: it closes by itself and costs nothing, and below
 * a header that stays where it is it needs nobody to compute its place.
 */
export function AccountMenu() {
  const { t } = useTranslation('shell')
  const { name, role } = useMe()
  const { routesByPath } = useRouter()
  const id = useId()
  const panel = useRef<HTMLDivElement>(null)
  const ask = useAsk()
  const close = () => panel.current?.hidePopover()
  return (
    <>
      <IconButton icon={CircleUserRound} label={t('account', { name })} popoverTarget={id} />
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="fixed top-13 right-4 left-auto m-0 max-h-[calc(100dvh-4rem)] w-60 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 text-text shadow-float lg:right-8"
      >
        <p className="truncate px-2.5 py-1.5 font-medium">
          {name} {role ? <span className="font-normal text-muted">{t(`roles.${role}`)}</span> : null}
        </p>
        {PROFILE in routesByPath ? (
          <Link to={PROFILE} onClick={close} className={ITEM}>
            <CircleUserRound size={16} aria-hidden />
            {t('pages.profile')}
          </Link>
        ) : null}
        <button
          type="button"
          className={ITEM}
          onClick={() => {
            close()
            ask('keys')
          }}
        >
          <Keyboard size={16} aria-hidden />
          {t('keys.title')}
        </button>
        <div className="my-1 border-line border-y py-1">
          <ThemeChoice />
        </div>
        <WayOut />
      </div>
    </>
  )
}

/** A guest of the demo has no way back in after signing out; leaving is what is meant. */
function WayOut() {
  const { t } = useTranslation('shell')
  const toast = useToast()
  const visit = useHouseNow()?.demo_visit === true
  const leave = useLeaveDemo()
  const signOut = useSignOut((problem) => toast.trouble(t('signOut.failed'), { detail: problem.detail }))
  const Sign = visit ? DoorOpen : LogOut
  return (
    <button type="button" className={ITEM} onClick={() => (visit ? leave.move(undefined) : void signOut())}>
      <Sign size={16} aria-hidden />
      {t(visit ? 'demo.leave' : 'signOut.action')}
    </button>
  )
}
