import { Wrench } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { Empty } from '@/ui/state.tsx'
import { TuningForm } from './tuning-form.tsx'
import { whyNot } from './words.ts'

/** Frequency, voltage and fan by hand, for devices that let them be set. */
export function TuningTab({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const operation = useHouseNow()?.mode
  const not = whyNot('tune', miner, operation)
  if (not === 'not.read' || not === 'not.tune') {
    return (
      <Card title={t('tune.title')}>
        <Empty icon={Wrench} title={t('tune.none')} reason={t(not)} />
      </Card>
    )
  }
  return (
    <Card
      title={t('tune.title')}
      aside={
        <Pill tone={miner.may_overclock ? 'accent' : 'neutral'}>
          {t(miner.may_overclock ? 'tune.marked' : 'tune.unmarked')}
        </Pill>
      }
    >
      <TuningForm miner={miner} not={not && t(not)} />
    </Card>
  )
}
