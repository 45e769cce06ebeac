import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useFormContext } from 'react-hook-form'
import { type Problem, problemSlug } from '@/api/problem.ts'
import { useMiner } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { type AddForm, cleaned, isDeviceProblem } from './model.ts'
import { useSaid } from './said.ts'

interface Props {
  problem: Problem | undefined
  /** The miner of the house that answered. */
  known: number | null
  onLeave: () => void
}

/** Where the miner is. */
export function FindStep({ problem, known, onLeave }: Props) {
  const { t } = useTranslation('add-miner')
  const form = useFormContext<AddForm>()
  const said = useSaid()
  const { errors } = form.formState
  useEffect(() => {
    if (!problem) {
      form.setFocus('address')
    }
  }, [form, problem])
  return (
    <div className="grid gap-4">
      <FormError>{problem ? <DeviceTrouble problem={problem} /> : null}</FormError>
      {known === null ? null : <Known id={known} onLeave={onLeave} />}
      <Field label={t('address.label')} hint={t('address.hint')} error={said(errors.address)}>
        <Input
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          inputMode="url"
          {...form.register('address')}
        />
      </Field>
      <Disclosure summary={t('port.more')} open={Boolean(errors.port) || undefined}>
        <Field label={t('port.label')} hint={t('port.hint')} error={said(errors.port)}>
          <Input inputMode="numeric" autoComplete="off" className="max-w-32" {...form.register('port')} />
        </Field>
      </Disclosure>
    </div>
  )
}

/** It is in the house already, perhaps under another address. */
function Known({ id, onLeave }: { id: number; onLeave: () => void }) {
  const { t } = useTranslation('add-miner')
  const { data: miner } = useMiner(id)
  return (
    <Banner tone="warn">
      <p className="font-medium">{t('known.what', { name: miner?.name ?? id })}</p>
      <p className="mt-1">
        {t('known.todo')}{' '}
        <Link
          to="/miners/$id"
          params={{ id: String(id) }}
          onClick={onLeave}
          className="text-accent underline underline-offset-2"
        >
          {t('done.open', { name: miner?.name ?? id })}
        </Link>
      </p>
    </Banner>
  )
}

/** What happened at the address, and what to do about it. */
function DeviceTrouble({ problem }: { problem: Problem }) {
  const { t } = useTranslation('add-miner')
  const { getValues } = useFormContext<AddForm>()
  const { address } = cleaned(getValues('address'))
  const slug = problemSlug(problem)
  if (!isDeviceProblem(slug)) {
    return problem.detail
  }
  return (
    <>
      <p className="font-medium">{t(`trouble.${slug}.what`, { address })}</p>
      <p className="mt-1">{t(`trouble.${slug}.todo`, { address, detail: problem.detail })}</p>
    </>
  )
}
