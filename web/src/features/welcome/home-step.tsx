import { useState } from 'react'
import type { HouseSettings } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Select } from '@/ui/input.tsx'
import { currencies, currencyOfZone, hasRegions, ownZone, REGIONS, zones } from './places.ts'
import { useSaveHouse } from './use-save-house.ts'

interface Props {
  house: HouseSettings
  onDone: () => void
}

/** Where the house stands. What the browser knows is chosen already. */
export function HomeStep({ house, onDone }: Props) {
  const { t } = useTranslation('setup')
  const [form, setForm] = useState(() => proposal(house))
  const { mutate, error, isPending } = useSaveHouse()
  const problem = error ? asProblem(error) : undefined
  const isLocked = (field: string) => house.locked.includes(field)
  const lockedHint = (field: string) => (isLocked(field) ? t('home.locked') : undefined)
  const save = () => {
    const { region, ...rest } = form
    const change = { ...rest, tariff_region: hasRegions(form.currency) && region !== '' ? region : null }
    mutate({ house, change }, { onSuccess: onDone })
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      className="grid gap-4"
    >
      <FormError>{problem && problem.errors.length === 0 ? problem.detail : null}</FormError>
      <Field
        label={t('home.zone')}
        hint={lockedHint('time_zone') ?? t('home.zoneHint')}
        error={fieldDetail(problem, 'time_zone')}
      >
        <Select
          value={form.time_zone}
          disabled={isLocked('time_zone')}
          onChange={({ target }) => setForm({ ...form, time_zone: target.value })}
        >
          {zones(form.time_zone).map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label={t('home.currency')}
        hint={lockedHint('currency')}
        error={fieldDetail(problem, 'currency')}
      >
        <Select
          value={form.currency}
          disabled={isLocked('currency')}
          onChange={({ target }) => setForm({ ...form, currency: target.value })}
        >
          {currencies(navigator.language).map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {hasRegions(form.currency) ? (
        <Field
          label={t('home.region')}
          hint={lockedHint('tariff_region')}
          error={fieldDetail(problem, 'tariff_region')}
        >
          <Select
            value={form.region}
            disabled={isLocked('tariff_region')}
            onChange={({ target }) => setForm({ ...form, region: target.value })}
          >
            <option value="">{t('home.noRegion')}</option>
            {REGIONS.map((letter) => (
              <option key={letter} value={letter}>
                {letter}: {t(`regions.${letter}`)}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      <p className="text-muted text-sm">{t('home.later')}</p>
      <FormActions>
        <Button type="submit" look="primary" busy={isPending} className="grow">
          {t('next')}
        </Button>
      </FormActions>
    </form>
  )
}

/** What somebody has saved stays; before that, what this device says of where it is. */
function proposal(house: HouseSettings) {
  const zone = ownZone()
  const fresh = !house.set_up && !house.locked.includes('time_zone')
  return {
    time_zone: fresh ? zone : house.time_zone,
    currency: (!house.set_up && !house.locked.includes('currency') && currencyOfZone(zone)) || house.currency,
    region: house.tariff_region ?? '',
  }
}
