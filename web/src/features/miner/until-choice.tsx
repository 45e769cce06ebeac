import { useFormContext, useWatch } from 'react-hook-form'
import { z } from 'zod'
import { useTranslation } from '@/lib/i18n.ts'
import { Field } from '@/ui/field.tsx'
import { Input, Select } from '@/ui/input.tsx'
import { ENDS, fieldTime, type UntilFields, untilFault } from './until.ts'

/** The messages are keys of the texts. */
export const untilShape = { end: z.enum(ENDS), at: z.string() }

export function checkUntil(fields: UntilFields, context: z.RefinementCtx): void {
  const message = untilFault(fields, Date.now())
  if (message) {
    context.addIssue({ code: 'custom', path: ['at'], message })
  }
}

const LATER_MS = 8 * 3_600_000

/** A full hour some time from now, so that the field begins with something that makes sense. */
export function usualUntil(): UntilFields {
  const later = new Date(Date.now() + LATER_MS)
  later.setMinutes(0, 0, 0)
  return { end: 'told', at: fieldTime(later.getTime()) }
}

/** Until when; part of a form that holds `end` and `at`. */
export function UntilChoice() {
  const { t } = useTranslation('miner')
  const { register, formState } = useFormContext<UntilFields>()
  const end = useWatch<UntilFields, 'end'>({ name: 'end' })
  const fault = formState.errors.at?.message
  return (
    <div className="grid gap-3">
      <Field label={t('until.label')}>
        <Select {...register('end')}>
          {ENDS.map((value) => (
            <option key={value} value={value}>
              {t(`until.${value}`)}
            </option>
          ))}
        </Select>
      </Field>
      {end === 'at' ? (
        <Field label={t('until.time')} error={fault && t(fault)} required>
          <Input type="datetime-local" min={fieldTime()} {...register('at')} />
        </Field>
      ) : null}
    </div>
  )
}
