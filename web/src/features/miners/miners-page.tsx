import { Cpu, SearchX } from 'lucide-react'
import { useMemo } from 'react'
import { asProblem } from '@/api/problem.ts'
import { AddMinerLink } from '@/entities/miner/add-miner-link.tsx'
import { FindMinersLink } from '@/entities/miner/find-miners-link.tsx'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { useMedia } from '@/lib/use-media.ts'
import type { Fleet } from '@/live/fleet.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { SearchInput } from '@/ui/input.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import { Filters, PHONE } from './filters.tsx'
import { MinersCards } from './miners-cards.tsx'
import { MinersTable } from './miners-table.tsx'
import { facetsOf, grouped, linesOf, select } from './rows.ts'
import type { MinersSearch, Sort, View } from './search.ts'
import { useColumns } from './use-columns.ts'

interface Props {
  search: MinersSearch
  /** What changes; `undefined` takes it out of the address. */
  onSearch: (change: MinersSearch) => void
}

/** Every miner of the house. */
export function MinersPage({ search, onSearch }: Props) {
  const { t } = useTranslation('miners')
  usePageTitle(t('title'))
  const { data: fleet, error, refetch, isFetching } = useFleet()
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <h1 className="flex items-center gap-3 font-semibold text-xl">
          {t('title')}
          {fleet ? (
            <span className="nums rounded-full bg-subtle px-2.5 py-0.5 font-medium text-muted text-xs">
              {fleet.miners.length}
            </span>
          ) : null}
        </h1>
        <div className="flex items-center gap-2 phone:w-full">
          {fleet && fleet.miners.length > 0 ? (
            <SearchInput
              label={t('search')}
              value={search.q ?? ''}
              onValueChange={(q) => onSearch({ q: q === '' ? undefined : q })}
              className="grow sm:w-64"
            />
          ) : null}
          <AddMinerLink />
        </div>
      </div>
      {fleet ? <List fleet={fleet} search={search} onSearch={onSearch} /> : null}
      {!fleet && error ? (
        <Card>
          <ErrorState
            title={t('error')}
            detail={asProblem(error).detail}
            action={
              <Button busy={isFetching} onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Card>
      ) : null}
      {fleet || error ? null : (
        <Card>
          <Loading rows={12} label={t('loading')} />
        </Card>
      )}
    </>
  )
}

function List({ fleet: { miners }, search, onSearch }: Props & { fleet: Fleet }) {
  const { t } = useTranslation('miners')
  const phone = useMedia(PHONE)
  const { ref, columns } = useColumns()
  const view: View = search.view ?? (phone ? 'cards' : 'table')
  const facets = useMemo(() => facetsOf(miners), [miners])
  const ids = useMemo(() => miners.map(({ id }) => id), [miners])
  const found = useMemo(() => select(miners, search), [miners, search])
  const groups = useMemo(() => grouped(found, search.group), [found, search.group])
  const side = view === 'table' ? 1 : columns
  const lines = useMemo(() => linesOf(groups, side), [groups, side])
  if (miners.length === 0) {
    return (
      <Card>
        <Empty
          icon={Cpu}
          title={t('empty.title')}
          reason={t('empty.reason')}
          action={
            <>
              <AddMinerLink />
              <FindMinersLink />
            </>
          }
        />
      </Card>
    )
  }
  const sortBy = (sort: Sort) => {
    const again = (search.sort ?? 'name') === sort
    onSearch({ sort: sort === 'name' ? undefined : sort, down: again && !search.down ? true : undefined })
  }
  return (
    <div ref={ref}>
      <Filters facets={facets} total={miners.length} search={search} view={view} onSearch={onSearch} />
      <output className="sr-only">{t('found', { count: found.length, total: miners.length })}</output>
      {found.length === 0 ? (
        <Card>
          <Empty
            icon={SearchX}
            title={t('none.title')}
            reason={t('none.reason')}
            action={
              <Button
                onClick={() =>
                  onSearch({ q: undefined, state: undefined, tag: undefined, family: undefined })
                }
              >
                {t('none.action')}
              </Button>
            }
          />
        </Card>
      ) : view === 'table' ? (
        <MinersTable lines={lines} ids={ids} search={search} onSort={sortBy} />
      ) : (
        <MinersCards lines={lines} columns={columns} total={found.length} />
      )}
    </div>
  )
}
