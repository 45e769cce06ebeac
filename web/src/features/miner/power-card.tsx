import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { WishLine } from './wish-line.tsx'

/** Whether it runs, whether somebody wants it to, and how it can be made to rest at all. */
export function PowerCard({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const { desired, observed, capabilities, firmware } = miner
  const seen =
    observed.power === null ? t('power.notSeen') : t('power.seen', { power: word(`power.${observed.power}`) })
  // What cannot be switched off goes back to a mode.
  const back = desired.power?.goes_back_to
  return (
    <Card title={t('power.title')} aside={seen}>
      <div className="grid gap-3">
        <WishLine
          miner={miner}
          field="power"
          wish={desired.power}
          value={desired.power ? word(`power.${desired.power.value}`) : ''}
          backTo={
            back
              ? word(`power.${back}`, { defaultValue: word(`mode.${back}`, { defaultValue: back }) })
              : undefined
          }
        />
        <p className="text-muted text-sm">
          {firmware === null ? t('not.read') : t(`power.how.${capabilities.power_off}`)}
        </p>
      </div>
    </Card>
  )
}
