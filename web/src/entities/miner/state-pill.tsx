import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Pill } from '@/ui/pill.tsx'
import { conditionLook, conditionOf } from './state.ts'

interface Props {
  miner: Pick<Miner, 'state' | 'desired' | 'stale'>
}

/** What a miner is doing: picture and word, never colour alone; grey where the last reading is too old to be believed. */
export function StatePill({ miner }: Props) {
  const { t } = useTranslation('miner-words')
  const condition = conditionOf(miner)
  const { tone, icon } = conditionLook(condition)
  const believed = !miner.stale || condition === 'offline'
  return (
    <Pill tone={believed ? tone : 'neutral'} icon={icon}>
      {t(`state.${condition}`)}
    </Pill>
  )
}
