import { memo } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { Measure } from '@/entities/miner/measure.tsx'
import { MinerName } from '@/entities/miner/miner-name.tsx'
import { StatePill } from '@/entities/miner/state-pill.tsx'
import { efficiency, hashrate, power } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Sparkline } from '@/ui/sparkline.tsx'
import { ROOM } from './columns.ts'
import { Below, Heat, ModeCell, Tags } from './miner-cells.tsx'
import type { Spark } from './sparks.ts'

interface Props {
  miner: Miner
  spark: Spark | undefined
  /** Its place in the list, counted with the head. */
  row: number
  /** Its line, for the keyboard. */
  line: number
}

const CELL = 'border-line border-b px-3 py-0.5'
const NUMBER = `${CELL} text-right`

/** Drawn anew only when this miner changed: a live message touches a few of five hundred. */
export const MinerRow = memo(function MinerRow({ miner, spark, row, line }: Props) {
  const { latest, stale } = miner
  return (
    <tr
      aria-rowindex={row}
      data-line={line}
      className="relative h-11 hover:bg-subtle has-focus-visible:bg-subtle last:[&>td]:border-b-0"
    >
      <td className={`${CELL} pl-4`}>
        <span className="grid min-w-0">
          <MinerName miner={miner} whole />
          <Below miner={miner} />
        </span>
      </td>
      <td className={CELL}>
        <StatePill miner={miner} />
      </td>
      <td className={`${CELL} ${ROOM.spark}`}>
        <Shape spark={spark} />
      </td>
      <td className={`${NUMBER} ${ROOM.hashrate}`}>
        <Measure of={hashrate(latest?.hashrate_hs)} stale={stale} />
      </td>
      <td className={`${NUMBER} ${ROOM.temperature}`}>
        <Heat miner={miner} />
      </td>
      <td className={`${NUMBER} ${ROOM.power}`}>
        <Measure of={power(latest?.power_w)} stale={stale} />
      </td>
      <td className={`${NUMBER} ${ROOM.efficiency}`}>
        <Measure of={efficiency(latest?.power_w, latest?.hashrate_hs)} stale={stale} />
      </td>
      <td className={`${CELL} ${ROOM.mode}`}>
        <ModeCell miner={miner} />
      </td>
      <td className={`${CELL} ${ROOM.tags} pr-4`}>
        <Tags tags={miner.tags} />
      </td>
    </tr>
  )
})

/** Two points are a line and not yet a shape. */
const POINTS_LEAST = 6

function Shape({ spark }: { spark: Spark | undefined }) {
  const { t } = useTranslation('miners')
  const known = spark?.filter((point) => point !== null).length ?? 0
  return spark && known >= POINTS_LEAST ? <Sparkline points={spark} label={t('spark')} width={72} /> : null
}
