import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { setup } from '@/api/generated/sdk.gen.ts'
import { asProblem, fieldDetail, type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { dropCode } from './kept-code.ts'
import { type AccountForm, accountForm } from './model.ts'

/** The first account is an administrator's. */
export function AccountStep({ code, restored }: { code: string; restored: boolean }) {
  const { t } = useTranslation('setup')
  const cache = useQueryClient()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<Problem>()
  const form = useForm<AccountForm>({
    resolver: zodResolver(accountForm),
    mode: 'onTouched',
    defaultValues: { name: '', password: '' },
  })
  const { errors, isSubmitting } = form.formState

  const submit = form.handleSubmit(async ({ name, password }) => {
    setProblem(undefined)
    try {
      await setup({ body: { code, name, password }, throwOnError: true })
    } catch (error) {
      const why = asProblem(error)
      const fields = (['name', 'password'] as const).filter((field) => fieldDetail(why, field))
      for (const field of fields) {
        form.setError(
          field,
          { type: 'server', message: fieldDetail(why, field) ?? '' },
          { shouldFocus: true },
        )
      }
      setProblem(fields.length > 0 ? undefined : why)
      return
    }
    dropCode()
    cache.clear()
    // A house that has come back knows its zone and its miners.
    await navigate({ to: restored ? '/' : '/welcome', replace: true })
  })

  /** Our own complaints are keys of the texts, the manager's are sentences. */
  const said = (error: { type?: string; message?: string } | undefined) =>
    error?.message && error.type !== 'server' ? t(error.message) : error?.message
  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <FormError>{problem ? <Trouble problem={problem} /> : null}</FormError>
      <Field
        label={t('name.label')}
        hint={t(restored ? 'name.hintBack' : 'name.hint')}
        error={said(errors.name)}
      >
        <Input
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-autofocus
          {...form.register('name')}
        />
      </Field>
      <Field label={t('password.label')} hint={t('password.hint')} error={said(errors.password)}>
        <PasswordInput autoComplete="new-password" {...form.register('password')} />
      </Field>
      <FormActions>
        <LinkButton>
          <Link to="/set-up">{t('back')}</Link>
        </LinkButton>
        <Button type="submit" look="primary" busy={isSubmitting} className="grow">
          {t(restored ? 'account.actionBack' : 'account.action')}
        </Button>
      </FormActions>
    </form>
  )
}

function Trouble({ problem }: { problem: Problem }) {
  const { t } = useTranslation('setup')
  switch (problemSlug(problem)) {
    case 'setup-code-wrong':
      return (
        <>
          {t('code.wrong')}{' '}
          <Link to="/set-up" className="text-accent underline underline-offset-2">
            {t('code.again')}
          </Link>
        </>
      )
    case 'not-found':
      return (
        <>
          {t('over')}{' '}
          <Link to="/sign-in" className="text-accent underline underline-offset-2">
            {t('signIn')}
          </Link>
        </>
      )
    default:
      return problem.detail
  }
}
