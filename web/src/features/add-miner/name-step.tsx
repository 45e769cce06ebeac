import { CircleCheck } from 'lucide-react'
import { useEffect } from 'react'
import { useFormContext } from 'react-hook-form'
import type { InspectedMiner } from '@/api/generated/types.gen.ts'
import type { Problem } from '@/api/problem.ts'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { Facts } from './facts.tsx'
import { type AddForm, tagsOf } from './model.ts'
import { useSaid } from './said.ts'

interface Props {
  found: InspectedMiner
  problem: Problem | undefined
}

/** What it turned out to be; what people call it, and which groups it belongs to. */
export function NameStep({ found, problem }: Props) {
  const { t } = useTranslation('add-miner')
  const form = useFormContext<AddForm>()
  const said = useSaid()
  const { errors } = form.formState
  // The suggestion is only one: the first letter that is typed replaces it.
  useEffect(() => form.setFocus('name', { shouldSelect: true }), [form])
  return (
    <div className="grid gap-4">
      <FormError>{problem?.detail}</FormError>
      <div className="grid gap-3 rounded-lg border border-line bg-subtle p-4">
        <p className="flex items-center gap-2 font-medium">
          <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
          {t('recognised', { model: found.model ?? found.family })}
        </p>
        <Facts of={found} />
      </div>
      {found.identity.kind === 'none' ? <Banner tone="warn">{t('weak')}</Banner> : null}
      <Field label={t('name.label')} hint={t('name.hint')} error={said(errors.name)}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Field label={t('tags.label')} hint={t('tags.hint')} aside={t('optional')} error={said(errors.tags)}>
        <Input autoComplete="off" {...form.register('tags')} />
      </Field>
      <KnownTags />
    </div>
  )
}

/** The tags of the house, so that nobody has to type them the same way twice. */
function KnownTags() {
  const { t } = useTranslation('add-miner')
  const { watch, setValue } = useFormContext<AddForm>()
  const { data: fleet } = useFleet()
  const known = [...new Set(fleet?.miners.flatMap(({ tags }) => tags))].toSorted()
  const chosen = tagsOf(watch('tags'))
  const toggle = (tag: string) => {
    const next = chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag]
    setValue('tags', next.join(', '), { shouldValidate: true })
  }
  if (known.length === 0) {
    return null
  }
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">{t('tags.known')}</legend>
      {known.map((name) => (
        <Button
          key={name}
          size="sm"
          aria-pressed={chosen.includes(name)}
          className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => toggle(name)}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  )
}
