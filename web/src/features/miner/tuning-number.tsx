import { useFormContext } from 'react-hook-form'
import type { Miner, Modes } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Field } from '@/ui/field.tsx'
import { Input } from '@/ui/input.tsx'
import { type NumberField, rangeOf, say, settingNow, type TuningFields } from './tuning.ts'

const UNIT: Record<NumberField, string> = { frequency: 'MHz', voltage: 'mV', fanPct: '%', target: '°C' }

interface Props {
  miner: Pick<Miner, 'capabilities' | 'latest'>
  field: NumberField
  modes?: Modes | undefined
}

/** One number, with what it is now and how far it may go. */
export function TuningNumber({ miner, field, modes }: Props) {
  const { t } = useTranslation('miner')
  const { register, formState } = useFormContext<TuningFields>()
  const range = rangeOf(field, miner.capabilities)
  if (!range) {
    return null
  }
  const limits = { min: say(field, range.min), max: say(field, range.max) }
  const now = settingNow(field, miner.latest)
  const standard = modes?.items.find((mode) => mode.id === 'standard')
  const factory =
    field === 'frequency' ? standard?.frequency_mhz : field === 'voltage' ? standard?.core_voltage_mv : null
  const hint = [
    now === null ? undefined : t('tune.now', { value: now }),
    t('tune.range', limits),
    factory === null || factory === undefined ? undefined : t('tune.factory', { value: say(field, factory) }),
  ]
  const fault = formState.errors[field]?.message
  return (
    <Field label={t(`tune.${field}`)} hint={hint.filter(Boolean).join(' ')} error={fault && t(fault, limits)}>
      <Input
        inputMode="decimal"
        autoComplete="off"
        placeholder={t('tune.unchanged')}
        suffix={UNIT[field]}
        {...register(field)}
      />
    </Field>
  )
}
