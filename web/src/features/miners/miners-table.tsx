import { Fragment } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { Th } from '@/ui/table.tsx'
import { COLUMNS } from './columns.ts'
import { GroupWords } from './group-words.tsx'
import { MinerRow } from './miner-row.tsx'
import type { Line } from './rows.ts'
import type { MinersSearch, Sort } from './search.ts'
import { CHUNK, useSparks } from './sparks.ts'
import { useLines } from './use-lines.ts'

interface Props {
  lines: readonly Line[]
  /** All miners of the house in the order of their ids: so the calls for their shapes stay the same. */
  ids: readonly number[]
  search: MinersSearch
  onSort: (sort: Sort) => void
}

const HEIGHTS = { miners: 44, group: 40 }

/** The miners as a table. Only the rows in sight are drawn; the rest is told in numbers. */
export function MinersTable({ lines, ids, search, onSort }: Props) {
  const { t } = useTranslation('miners')
  const { holder, shown, after } = useLines(lines, HEIGHTS)
  const sparks = useSparks(
    ids,
    chunksOf(
      shown.map(({ line }) => line),
      ids,
    ),
  )
  const direction = search.down ? 'descending' : 'ascending'
  return (
    <Card flush className="@container">
      <table
        aria-rowcount={lines.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <caption className="sr-only">{t('title')}</caption>
        <thead className="sticky top-14 z-[5]">
          <tr aria-rowindex={1} className="h-11">
            {COLUMNS.map(({ id, sort, numeric, className }, place) => (
              <Th
                key={id}
                numeric={numeric === true}
                {...(sort ? { sort: (search.sort ?? 'name') === sort ? direction : 'none' } : {})}
                {...(sort ? { onSort: () => onSort(sort) } : {})}
                className={`border-line border-b bg-surface ${CORNERS[place] ?? ''} ${className}`}
              >
                {t(`column.${id}`)}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody {...holder}>
          {shown.map(({ line, index, gap }) => (
            <Fragment key={line.key}>
              <Gap height={gap} />
              {line.kind === 'group' ? (
                <tr aria-rowindex={index + 2} data-line={index} className="h-10 bg-subtle">
                  <th
                    scope="rowgroup"
                    colSpan={COLUMNS.length}
                    className="border-line border-b px-4 text-left font-medium"
                  >
                    <GroupWords tag={line.tag} count={line.count} />
                  </th>
                </tr>
              ) : (
                line.miners.map((miner) => (
                  <MinerRow
                    key={miner.id}
                    miner={miner}
                    spark={sparks.get(miner.id)}
                    row={index + 2}
                    line={index}
                  />
                ))
              )}
            </Fragment>
          ))}
          <Gap height={after} />
        </tbody>
      </table>
    </Card>
  )
}

const CORNERS: Record<number, string> = { 0: 'rounded-tl-xl', [COLUMNS.length - 1]: 'rounded-tr-xl' }

/** Room for the rows that nobody sees. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null
}

/** Which calls bring the shapes of the miners in sight. */
function chunksOf(lines: readonly Line[], ids: readonly number[]): number[] {
  const chunks = new Set<number>()
  for (const line of lines) {
    for (const miner of line.kind === 'miners' ? line.miners : []) {
      chunks.add(Math.floor(ids.indexOf(miner.id) / CHUNK))
    }
  }
  return [...chunks].filter((chunk) => chunk >= 0).toSorted((a, b) => a - b)
}
