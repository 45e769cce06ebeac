import { zodResolver } from '@hookform/resolvers/zod'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useForm } from 'react-hook-form'
import type { InspectedMiner } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail, type Problem, problemSlug } from '@/api/problem.ts'
import { useMiner } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { cleaned, type FindForm, findForm, isDeviceProblem, toQuestion } from './model.ts'
import { useSaid } from './said.ts'
import { useInspect } from './use-inspect.ts'

interface Props {
  /** The id of the form: its button stands in the foot of the dialog. */
  form: string
  place: FindForm
  trouble: Problem | undefined
  onBusy: (busy: boolean) => void
  onFound: (place: FindForm, answer: InspectedMiner) => void
  onLeave: () => void
}

/** Where the miner is. The device itself says what it is. */
export function FindStep({ form: id, place, trouble, onBusy, onFound, onLeave }: Props) {
  const { t } = useTranslation('add-miner')
  const said = useSaid()
  const inspect = useInspect()
  const form = useForm<FindForm>({
    resolver: zodResolver(findForm),
    mode: 'onTouched',
    defaultValues: place,
  })
  const { errors } = form.formState
  useEffect(() => {
    if (!trouble) {
      form.setFocus('address')
    }
  }, [form, trouble])

  const submit = form.handleSubmit((where) => {
    onBusy(true)
    inspect.mutate(toQuestion(where), {
      onSuccess: (answer) => answer.known_miner_id === null && onFound(where, answer),
      onError: (error) => {
        const why = asProblem(error)
        for (const field of ['address', 'port'] as const) {
          const message = fieldDetail(why, field)
          if (message) {
            form.setError(field, { type: 'server', message })
          }
        }
      },
      onSettled: () => onBusy(false),
    })
  })
  const failed = inspect.error ? asProblem(inspect.error) : undefined
  // What the last question brought replaces what led back here.
  const problem = inspect.isIdle ? trouble : failed
  const atField = problem !== undefined && problem.errors.length > 0
  const known = inspect.data?.known_miner_id ?? null
  const address = inspect.variables?.address ?? cleaned(place.address).address
  return (
    <form id={id} noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <FormError>
        {problem && !atField ? <DeviceTrouble problem={problem} address={address} /> : null}
      </FormError>
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
      <Disclosure summary={t('port.more')} open={Boolean(errors.port) || place.port !== '' || undefined}>
        <Field label={t('port.label')} hint={t('port.hint')} error={said(errors.port)}>
          <Input inputMode="numeric" autoComplete="off" className="max-w-32" {...form.register('port')} />
        </Field>
      </Disclosure>
    </form>
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
function DeviceTrouble({ problem, address }: { problem: Problem; address: string }) {
  const { t } = useTranslation('add-miner')
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
