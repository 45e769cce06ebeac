import { Fragment } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { GroupWords } from './group-words.tsx'
import { MinerCard } from './miner-card.tsx'
import type { Line } from './rows.ts'
import { useLines } from './use-lines.ts'

interface Props {
  lines: readonly Line[]
  /** How many stand side by side. */
  columns: number
  total: number
}

/** Height and distance of the cards; see miner-card.tsx. */
const SLIM = { miners: 98, group: 44 }
const WIDE = { miners: 196, group: 44 }

/** The miners as cards: one below the other on a phone, side by side where there is room. */
export function MinersCards({ lines, columns, total }: Props) {
  const { t } = useTranslation('miners')
  const slim = columns === 1
  const { holder, shown, after } = useLines(lines, slim ? SLIM : WIDE)
  return (
    <ul
      {...holder}
      aria-label={t('title')}
      className="grid gap-x-3"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {shown.map(({ line, index, gap }) => (
        <Fragment key={line.key}>
          <Gap height={gap} />
          {line.kind === 'group' ? (
            <li data-line={index} className="col-span-full flex h-11 items-end gap-1 pb-2 font-medium">
              <GroupWords tag={line.tag} count={line.count} />
            </li>
          ) : (
            line.miners.map((miner, column) => (
              <MinerCard
                key={miner.id}
                miner={miner}
                place={line.first + column + 1}
                of={total}
                line={index}
                slim={slim}
              />
            ))
          )}
        </Fragment>
      ))}
      <Gap height={after} />
    </ul>
  )
}

/** Room for the cards that nobody sees. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <li aria-hidden className="col-span-full" style={{ height }} /> : null
}
