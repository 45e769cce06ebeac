import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/i18n.ts'
import { Brand } from '@/ui/brand.tsx'
import { type Page, usePages } from './pages.ts'

/** The pages, at the side where reading begins; on a phone behind a button. */
export function Sidebar() {
  const { t } = useTranslation('shell')
  return (
    <aside
      aria-label={t('common:product')}
      className="fixed inset-y-0 left-0 z-20 flex w-58 flex-col overflow-y-auto border-line border-r bg-surface max-lg:hidden"
    >
      <Link to="/" className="mx-3 mt-2.5 flex h-12 items-center rounded-lg px-2 outline-offset-0">
        <Brand name={t('common:product')} />
      </Link>
      <div className="p-3">
        <Pages />
      </div>
    </aside>
  )
}

/** The list of them, for the sidebar and for the drawer. */
export function Pages({ onChosen }: { onChosen?: () => void }) {
  const { t } = useTranslation('shell')
  const pages = usePages()
  const list = (group: Page['group']) => (
    <ul className="grid gap-1">
      {pages
        .filter((page) => page.group === group)
        .map(({ path, name, icon: Sign }) => (
          <li key={path}>
            <Link
              to={path}
              activeOptions={{ exact: path === '/', includeSearch: false }}
              onClick={onChosen}
              className="flex h-9 items-center gap-3 rounded-lg px-2.5 font-medium text-base text-muted hover:bg-subtle hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
            >
              <Sign size={18} aria-hidden className="shrink-0" />
              <span className="truncate">{t(`pages.${name}`)}</span>
            </Link>
          </li>
        ))}
    </ul>
  )
  const hasSettings = pages.some(({ group }) => group === 'settings')
  return (
    <nav
      aria-label={t('menu.name')}
      // In the drawer the focus begins here, and not on the cross above.
      data-autofocus
      tabIndex={-1}
      className="grid gap-1 outline-none"
    >
      {list('house')}
      {hasSettings ? (
        <>
          <p className="mt-4 px-2.5 font-medium text-muted text-xs">{t('pages.settings')}</p>
          {list('settings')}
        </>
      ) : null}
    </nav>
  )
}
