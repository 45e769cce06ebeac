import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getDiscoveryOptions, getDiscoveryQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { putDiscovery } from '@/api/generated/sdk.gen.ts'
import type { DiscoverySettings, DiscoverySettingsChange } from '@/api/generated/types.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Switch } from '@/ui/choice.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Select } from '@/ui/input.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { offered, spoken } from './hours.ts'

/** What the house does without being asked. Each choice is saved at once. */
export function OwnCard() {
  const { t } = useTranslation('discovery')
  const cache = useQueryClient()
  const now = useQuery(getDiscoveryOptions())
  const save = useMutation({
    mutationFn: async (body: DiscoverySettingsChange) => (await putDiscovery({ body, ...once() })).data,
    onSuccess: (saved) => cache.setQueryData(getDiscoveryQueryKey(), saved),
  })
  return (
    <Card title={t('own.title')}>
      <div className="grid gap-4">
        <FormError>{save.error ? asProblem(save.error).detail : null}</FormError>
        {now.isError && !now.data ? (
          <ErrorState
            title={t('own.error')}
            detail={asProblem(now.error).detail}
            action={<Button onClick={() => void now.refetch()}>{t('again')}</Button>}
          />
        ) : null}
        {now.data ? (
          // What was chosen shows while it is on its way.
          <Choices
            now={save.isPending ? { ...now.data, ...save.variables } : now.data}
            busy={save.isPending}
            onChange={save.mutate}
          />
        ) : null}
        {now.isPending ? <Loading rows={3} /> : null}
      </div>
    </Card>
  )
}

interface Props {
  now: DiscoverySettings
  busy: boolean
  onChange: (change: DiscoverySettingsChange) => void
}

function Choices({ now: { schedule_hours, auto_add, ranges }, busy, onChange }: Props) {
  const { t } = useTranslation('discovery')
  const where = ranges.length > 0 ? t('own.where', { ranges: ranges.join(', ') }) : t('own.nowhere')
  return (
    <>
      <Field
        label={t('own.schedule')}
        hint={schedule_hours === null ? t('own.scheduleHint') : `${t('own.scheduleHint')} ${where}`}
      >
        <Select
          value={schedule_hours ?? ''}
          disabled={busy}
          onChange={({ target: { value } }) =>
            onChange({ schedule_hours: value === '' ? null : Number(value), auto_add })
          }
        >
          <option value="">{t('own.never')}</option>
          {offered(schedule_hours).map((hours) => (
            <option key={hours} value={hours}>
              {t(`own.${spoken(hours)}`, { count: hours })}
            </option>
          ))}
        </Select>
      </Field>
      <Switch
        label={t('own.autoAdd')}
        hint={t('own.autoAddHint')}
        checked={auto_add}
        disabled={busy}
        onChange={({ target }) => onChange({ schedule_hours, auto_add: target.checked })}
      />
    </>
  )
}
