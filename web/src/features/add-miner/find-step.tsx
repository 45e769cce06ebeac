import { useEffect } from 'react'
import { useFormContext } from 'react-hook-form'
import { type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Disclosure } from '@/ui/disclosure.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { type AddForm, asDeviceProblem, cleaned } from './model.ts'
import { useSaid } from './said.ts'

/** Where the miner is. */
export function FindStep({ problem }: { problem: Problem | undefined }) {
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

/** What happened at the address, and what to do about it. */
function DeviceTrouble({ problem }: { problem: Problem }) {
  const { t } = useTranslation('add-miner')
  const { getValues } = useFormContext<AddForm>()
  const { address } = cleaned(getValues('address'))
  const slug = asDeviceProblem(problemSlug(problem))
  if (!slug) {
    return problem.detail
  }
  return (
    <>
      <p className="font-medium">{t(`trouble.${slug}.what`, { address })}</p>
      <p className="mt-1">{t(`trouble.${slug}.todo`, { address, detail: problem.detail })}</p>
    </>
  )
}
