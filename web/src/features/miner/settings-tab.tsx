import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { z } from 'zod'
import { listTagsOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Checkbox } from '@/ui/choice.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useChangeMiner } from './queries.ts'
import { changesOf, fieldsOf, type SettingsFields, settingsFault, tagsOf } from './settings.ts'
import { useMinerSearch } from './use-search.ts'

const FIELDS = ['name', 'address', 'port', 'tags'] as const

const shape = z
  .object({
    name: z.string(),
    address: z.string(),
    port: z.string(),
    tags: z.string(),
    overclock: z.boolean(),
  })
  .superRefine((fields, context) => {
    for (const path of FIELDS) {
      const message = settingsFault(path, fields)
      if (message) {
        context.addIssue({ code: 'custom', path: [path], message })
      }
    }
  })

/** What an administrator keeps of a miner; and the way out of the house. */
export function SettingsTab({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { ask } = useMinerSearch()
  return (
    <div className="grid grid-cols-1 gap-4">
      <Card title={t('settings.title')}>
        <SettingsForm miner={miner} />
      </Card>
      <Card title={t('settings.removeTitle')}>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-muted">{t('settings.removeText')}</p>
          <Button look="danger" onClick={() => ask('remove')}>
            {t('settings.remove')}
          </Button>
        </div>
      </Card>
    </div>
  )
}

function SettingsForm({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const list = useId()
  const form = useForm<SettingsFields>({
    resolver: zodResolver(shape),
    values: fieldsOf(miner),
    // What is being typed stays, whatever the feed tells meanwhile.
    resetOptions: { keepDirtyValues: true },
    mode: 'onTouched',
  })
  const fields = useWatch({ control: form.control, compute: (all: SettingsFields) => all })
  const known = useQuery(listTagsOptions())
  const save = useChangeMiner(miner.id)
  const toast = useToast()
  const changes = changesOf(miner, fields)
  const moved = 'address' in changes || 'port' in changes
  const problem = save.error ? asProblem(save.error) : undefined
  const fault = (field: (typeof FIELDS)[number]) => {
    const own = form.formState.errors[field]?.message
    return own ? t(own) : fieldDetail(problem, field)
  }
  const submit = form.handleSubmit(() =>
    save.mutate(changes, {
      onSuccess: (after) => {
        form.reset(fieldsOf(after))
        toast.success(t('done.saved', { name: after.name }))
      },
    }),
  )
  const elsewhere = problem && problem.errors.length > 0 ? null : save.error
  return (
    <form noValidate onSubmit={submit} className="grid max-w-2xl gap-4">
      <FormError>{elsewhere ? <ProblemWords error={elsewhere} /> : null}</FormError>
      <Field label={t('settings.name')} error={fault('name')} required>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field
          label={t('settings.address')}
          hint={t('settings.addressHint')}
          error={fault('address')}
          required
        >
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} {...form.register('address')} />
        </Field>
        <Field label={t('settings.port')} error={fault('port')} required>
          <Input autoComplete="off" inputMode="numeric" {...form.register('port')} />
        </Field>
      </div>
      {moved ? (
        <Banner tone="warn" live="off">
          {t('settings.moved')}
        </Banner>
      ) : null}
      <Field label={t('settings.tags')} hint={t('settings.tagsHint')} error={fault('tags')}>
        <Input autoComplete="off" list={list} {...form.register('tags')} />
      </Field>
      <datalist id={list}>
        {(known.data?.items ?? [])
          .filter(({ name }) => !tagsOf(fields.tags).includes(name))
          .map(({ name }) => (
            <option key={name} value={[...tagsOf(fields.tags), name].join(', ')}>
              {name}
            </option>
          ))}
      </datalist>
      <Checkbox
        label={t('settings.overclock')}
        hint={t('settings.overclockHint')}
        {...form.register('overclock')}
      />
      <FormActions>
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          disabledReason={Object.keys(changes).length === 0 ? t('settings.unchanged') : undefined}
        >
          {t('settings.save')}
        </Button>
      </FormActions>
    </form>
  )
}
