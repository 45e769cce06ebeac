import { Link, useLocation } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { type Crumb, crumbsOf } from './crumbs.ts'

/** Where one is, and the way back. The last one gives the tab its title. */
export function Breadcrumbs() {
  const { t } = useTranslation('shell')
  const path = useLocation({ select: ({ pathname }) => pathname })
  const { data: fleet } = useFleet()
  const nameOf = (crumb: Crumb) =>
    crumb.kind === 'page'
      ? t(`pages.${crumb.name}`)
      : (fleet?.miners.find(({ id }) => id === crumb.id)?.name ?? t('pages.miner', { id: crumb.id }))
  const way = crumbsOf(path).map((crumb) => ({ name: nameOf(crumb), path: crumb.path }))
  usePageTitle(...way.map(({ name }) => name).toReversed())
  return (
    <nav aria-label={t('crumbs')} className="min-w-0 grow">
      <ol className="flex min-w-0 items-center gap-1.5 text-sm">
        {way.map(({ name, path: to }, index) => {
          const last = index === way.length - 1
          return (
            <li
              key={name}
              className={`flex items-center gap-1.5 ${last ? 'min-w-0' : 'shrink-0 max-sm:hidden'}`}
            >
              {last ? (
                <span aria-current="page" className="truncate font-medium">
                  {name}
                </span>
              ) : (
                <Station name={name} to={to} />
              )}
              {last ? null : <ChevronRight size={14} aria-hidden className="text-muted" />}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

function Station({ name, to }: { name: string; to: string | undefined }) {
  return to === undefined ? (
    <span className="text-muted">{name}</span>
  ) : (
    <Link to={to} className="rounded-sm text-muted hover:text-text hover:underline">
      {name}
    </Link>
  )
}
