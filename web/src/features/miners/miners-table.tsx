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
    <Card flush className="@container overflow-clip">
      <table
        aria-rowcount={lines.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <caption className="sr-only">{t('title')}</caption>
        <thead className="sticky top-14 z-[5]">
          <tr aria-rowindex={1} className="h-11">
            {COLUMNS.map(({ id, sort, numeric, className, room }) => (
              <Th
                key={id}
                numeric={numeric === true}
                {...(sort ? { sort: (search.sort ?? 'name') === sort ? direction : 'none' } : {})}
                {...(sort ? { onSort: () => onSort(sort) } : {})}
                className={`border-line border-b bg-surface ${className} ${room ?? ''}`}
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
                <GroupRow line={line} index={index} />
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

/** A cell for each column, because which of them there are is the style sheet's business. */
function GroupRow({ line, index }: { line: Line & { kind: 'group' }; index: number }) {
  const [, ...others] = COLUMNS
  return (
    <tr aria-rowindex={index + 2} data-line={index} className="h-10">
      <th
        scope="rowgroup"
        className="whitespace-nowrap border-line border-b bg-subtle pl-4 text-left font-medium"
      >
        {/* A long tag goes on above the empty cells beside it. */}
        <span className="relative z-[1]">
          <GroupWords tag={line.tag} count={line.count} />
        </span>
      </th>
      {others.map(({ id, room }) => (
        <td key={id} className={`border-line border-b bg-subtle ${room ?? ''}`}>
          {'\u00a0'}
        </td>
      ))}
    </tr>
  )
}

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
