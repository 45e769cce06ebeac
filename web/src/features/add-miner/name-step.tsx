import { zodResolver } from '@hookform/resolvers/zod'
import { CircleCheck } from 'lucide-react'
import { useEffect } from 'react'
import { type Control, useForm, useWatch } from 'react-hook-form'
import type { InspectedMiner, Miner } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail, type Problem, problemSlug } from '@/api/problem.ts'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { Facts } from './facts.tsx'
import { isDeviceProblem, type NameForm, nameForm, tagsOf } from './model.ts'
import { useSaid } from './said.ts'
import { useAdd } from './use-add.ts'

interface Props {
  form: string
  found: InspectedMiner
  onBusy: (busy: boolean) => void
  /** What is wrong with the device and not with the words leads back to the address. */
  onBack: (problem: Problem) => void
  onDone: (miner: Miner) => void
}

/** What it turned out to be; what people call it, and which groups it belongs to. */
export function NameStep({ form: id, found, onBusy, onBack, onDone }: Props) {
  const { t } = useTranslation('add-miner')
  const said = useSaid()
  const add = useAdd(found)
  const form = useForm<NameForm>({
    resolver: zodResolver(nameForm),
    mode: 'onTouched',
    defaultValues: { name: found.name_suggestion, tags: '' },
  })
  const { errors } = form.formState
  // The suggestion is only one: the first letter that is typed replaces it.
  useEffect(() => form.setFocus('name', { shouldSelect: true }), [form])

  const refused = (why: Problem) => {
    if (isDeviceProblem(problemSlug(why))) {
      onBack(why)
      return
    }
    for (const field of ['name', 'tags'] as const) {
      const message = fieldDetail(why, field)
      if (message) {
        form.setError(field, { type: 'server', message }, { shouldFocus: true })
      }
    }
  }
  const submit = form.handleSubmit((values) => {
    onBusy(true)
    add.mutate(values, {
      onSuccess: onDone,
      onError: (error) => refused(asProblem(error)),
      onSettled: () => onBusy(false),
    })
  })
  const problem = add.error ? asProblem(add.error) : undefined
  return (
    <form id={id} noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <FormError>{problem && problem.errors.length === 0 ? problem.detail : null}</FormError>
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
      <KnownTags
        control={form.control}
        onChange={(tags) => form.setValue('tags', tags, { shouldValidate: true })}
      />
    </form>
  )
}

interface TagsProps {
  control: Control<NameForm>
  onChange: (tags: string) => void
}

/** The tags of the house, so that nobody has to type them the same way twice. */
function KnownTags({ control, onChange }: TagsProps) {
  const { t } = useTranslation('add-miner')
  const chosen = tagsOf(useWatch({ control, name: 'tags' }))
  const { data: fleet } = useFleet()
  const known = [...new Set(fleet?.miners.flatMap(({ tags }) => tags))].toSorted()
  const toggle = (tag: string) => {
    const next = chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag]
    onChange(next.join(', '))
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
