import { LayoutGrid, Rows3, SlidersHorizontal } from 'lucide-react'
import { conditionLook } from '@/entities/miner/state.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useMedia } from '@/lib/use-media.ts'
import { Button } from '@/ui/button.tsx'
import { Select } from '@/ui/input.tsx'
import { Popover } from '@/ui/popover.tsx'
import { Segmented } from '@/ui/tabs.tsx'
import type { Facets } from './rows.ts'
import { type MinersSearch, SORTS, type View } from './search.ts'

interface Props {
  facets: Facets
  total: number
  search: MinersSearch
  view: View
  onSearch: (change: MinersSearch) => void
}

const ALL = 'all'
export const PHONE = '(width < 40rem)'

/** Which miners are shown, and how. Only what there is to choose between. */
export function Filters({ facets, total, search, view, onSearch }: Props) {
  const { t } = useTranslation('miners')
  const phone = useMedia(PHONE)
  const choices = <Choices facets={facets} search={search} view={view} onSearch={onSearch} />
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <States facets={facets} total={total} search={search} onSearch={onSearch} />
      <div className="flex flex-wrap items-center gap-2 phone:w-full phone:justify-between">
        {phone ? (
          <Popover
            label={t('filter.label')}
            trigger={<Button icon={SlidersHorizontal}>{t('filter.label')}</Button>}
          >
            <div className="grid gap-3">{choices}</div>
          </Popover>
        ) : (
          choices
        )}
        <Segmented
          label={t('view.label')}
          value={view}
          onValueChange={(chosen) => onSearch({ view: chosen })}
          options={[
            { value: 'table', label: t('view.table'), icon: Rows3 },
            { value: 'cards', label: t('view.cards'), icon: LayoutGrid },
          ]}
        />
      </div>
    </div>
  )
}

function Choices({ facets, search, view, onSearch }: Part & Pick<Props, 'facets' | 'view'>) {
  const { t } = useTranslation('miners')
  const { tags, families } = facets
  return (
    <>
      {tags.length > 0 || search.tag !== undefined ? (
        <Choice
          label={t('filter.tag')}
          all={t('filter.everyTag')}
          value={search.tag}
          options={tags.map((tag) => [tag, tag])}
          onValue={(tag) => onSearch({ tag })}
        />
      ) : null}
      <Families families={families} search={search} onSearch={onSearch} />
      {tags.length > 0 ? (
        <Choice
          label={t('filter.group')}
          all={t('filter.notGrouped')}
          value={search.group}
          options={[['tag', t('filter.byTag')]]}
          onValue={(group) => onSearch({ group: group === 'tag' ? 'tag' : undefined })}
        />
      ) : null}
      {view === 'cards' ? <Order search={search} onSearch={onSearch} /> : null}
    </>
  )
}

type Part = Pick<Props, 'search' | 'onSearch'>

function States({ facets, total, search, onSearch }: Part & Pick<Props, 'facets' | 'total'>) {
  const { t } = useTranslation('miners')
  const words = useTranslation('miner-words').t
  const chosen = facets.states.find(({ state }) => state === search.state)?.state
  return (
    <Segmented
      label={t('filter.state')}
      value={search.state === undefined ? ALL : (chosen ?? search.state)}
      onValueChange={(state) => onSearch({ state: state === ALL ? undefined : state })}
      options={[
        { value: ALL, label: t('filter.all'), count: total },
        ...facets.states.map(({ state, count }) => ({
          value: state,
          label: words(`state.${state}`),
          icon: conditionLook(state).icon,
          count,
        })),
      ]}
    />
  )
}

function Families({ families, search, onSearch }: Part & { families: readonly string[] }) {
  const { t } = useTranslation('miners')
  const words = useTranslation('miner-words').t
  return families.length > 1 || search.family !== undefined ? (
    <Choice
      label={t('filter.family')}
      all={t('filter.everyFamily')}
      value={search.family}
      options={families.map((family) => [family, words(`family.${family}`, { defaultValue: family })])}
      onValue={(family) => onSearch({ family })}
    />
  ) : null
}

/** The table is sorted by its head; cards have none. */
function Order({ search, onSearch }: Part) {
  const { t } = useTranslation('miners')
  const value = `${search.sort ?? 'name'}${search.down ? ' down' : ''}`
  return (
    <Select
      aria-label={t('filter.sort')}
      value={value}
      onChange={({ target }) => {
        const [key, way] = target.value.split(' ')
        onSearch({
          sort: SORTS.find((sort) => sort === key && sort !== 'name'),
          down: way ? true : undefined,
        })
      }}
    >
      {SORTS.flatMap((sort) => [
        <option key={sort} value={sort}>
          {t(`by.${sort}`)}
        </option>,
        <option key={`${sort} down`} value={`${sort} down`}>
          {t('reversed', { by: t(`by.${sort}`) })}
        </option>,
      ])}
    </Select>
  )
}

interface ChoiceProps {
  label: string
  all: string
  value: string | undefined
  options: [value: string, label: string][]
  onValue: (value: string | undefined) => void
}

function Choice({ label, all, value, options, onValue }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      onChange={({ target }) => onValue(target.value === '' ? undefined : target.value)}
    >
      <option value="">{all}</option>
      {value !== undefined && !options.some(([known]) => known === value) ? (
        <option value={value}>{value}</option>
      ) : null}
      {options.map(([known, text]) => (
        <option key={known} value={known}>
          {text}
        </option>
      ))}
    </Select>
  )
}
