import { useController, useFormContext } from 'react-hook-form'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { RadioCards } from '@/ui/choice.tsx'
import { rangeOf, type TuningFields } from './tuning.ts'
import { TuningNumber } from './tuning-number.tsx'

/** Either a fixed speed, or the device's own regulation with a temperature to hold. */
export function FanFields({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { control } = useFormContext<TuningFields>()
  const { field } = useController({ control, name: 'fan' })
  const { capabilities } = miner
  const ways: TuningFields['fan'][] = [
    'keep',
    ...(rangeOf('fanPct', capabilities) ? (['fixed'] as const) : []),
    ...(rangeOf('target', capabilities) ? (['target'] as const) : []),
  ]
  return (
    <div className="grid gap-3">
      <RadioCards
        legend={t('tune.fan.legend')}
        name="fan"
        columns={3}
        value={field.value}
        onValueChange={field.onChange}
        options={ways.map((value) => ({
          value,
          label: t(`tune.fan.${value}.label`),
          hint: t(`tune.fan.${value}.hint`),
        }))}
      />
      {field.value === 'fixed' ? <TuningNumber miner={miner} field="fanPct" /> : null}
      {field.value === 'target' ? <TuningNumber miner={miner} field="target" /> : null}
    </div>
  )
}
