import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { StaleMark } from '@/ui/state.tsx'

const TICK_MS = 30_000

/** How old the last reading is; to be shown where it is too old to be believed. */
export function ReadingAge({ miner }: { miner: Pick<Miner, 'latest'> }) {
  const { t } = useTranslation('miner-words')
  const now = useNow(TICK_MS)
  return <StaleMark age={miner.latest ? ago(miner.latest.at, now) : t('noReading')} />
}
