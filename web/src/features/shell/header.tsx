import { Link, useRouter } from '@tanstack/react-router'
import { Menu, Search, TriangleAlert } from 'lucide-react'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button, buttonLook, IconButton } from '@/ui/button.tsx'
import { Kbd } from '@/ui/kbd.tsx'
import { AccountMenu } from './account-menu.tsx'
import { useAsk } from './ask.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { Emergency } from './emergency.tsx'
import { LiveBadge } from './live-badge.tsx'
import { ThemeButton } from './theme-switch.tsx'
import { commandKey } from './use-hotkeys.ts'

/** Where one is, whether it is of now, and everything that is at hand on every page. */
export function Header({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation('shell')
  return (
    <>
      <header className="sticky top-0 z-10 flex h-14 items-center gap-1 border-line border-b bg-page px-4 sm:gap-2 lg:px-8">
        <IconButton icon={Menu} label={t('menu.open')} onClick={onMenu} className="-ml-2 lg:hidden" />
        <Breadcrumbs />
        <div className="flex shrink-0 items-center gap-1 sm:gap-2">
          <LiveBadge />
          <Problems />
          <SearchButton />
          <div className="contents max-md:hidden">
            <Emergency />
          </div>
          <div className="contents max-sm:hidden">
            <ThemeButton />
          </div>
          <AccountMenu />
        </div>
      </header>
      <section
        aria-label={t('operation')}
        className="flex flex-wrap items-center gap-2 border-line border-b px-4 py-2 md:hidden max-[22.5rem]:[&_svg]:hidden [&>:first-child]:mr-auto"
      >
        <Emergency />
      </section>
    </>
  )
}

function SearchButton() {
  const { t } = useTranslation('shell')
  const ask = useAsk()
  const open = () => ask('palette')
  return (
    <>
      <IconButton icon={Search} label={t('palette.title')} onClick={open} className="xl:hidden" />
      <Button size="sm" icon={Search} onClick={open} className="font-normal text-muted! max-xl:hidden">
        {t('palette.button')}
        <span aria-hidden className="ml-4 flex gap-1">
          <Kbd>{commandKey()}</Kbd>
          <Kbd>K</Kbd>
        </span>
      </Button>
    </>
  )
}

const SYSTEM = '/settings/system'

/** What is not as it should be with the manager itself. */
function Problems() {
  const { t } = useTranslation('shell')
  const { routesByPath } = useRouter()
  const count = useHouseNow()?.problems.length ?? 0
  if (count === 0 || !(SYSTEM in routesByPath)) {
    return null
  }
  return (
    <Link
      to={SYSTEM as string}
      aria-label={t('problems', { count })}
      title={t('problems', { count })}
      className={`${buttonLook({ look: 'ghost', size: 'sm' })} text-warn! no-underline`}
    >
      <TriangleAlert size={18} aria-hidden />
      <span className="nums">{count}</span>
    </Link>
  )
}
