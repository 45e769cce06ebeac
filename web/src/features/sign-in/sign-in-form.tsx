import { zodResolver } from '@hookform/resolvers/zod'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { login } from '@/api/generated/sdk.gen.ts'
import { asProblem, type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useNow } from '@/lib/use-now.ts'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { CodeField } from './code-field.tsx'
import { LostPassword } from './lost-password.tsx'
import { credentials, type SignInForm as Form, safeNext, signInForm } from './model.ts'

export function SignInForm({ next }: { next: string | undefined }) {
  const { t } = useTranslation('sign-in')
  const cache = useQueryClient()
  const router = useRouter()
  const [wantsCode, setWantsCode] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const wait = useWait()
  const form = useForm<Form>({
    resolver: zodResolver(signInForm),
    mode: 'onTouched',
    defaultValues: { name: '', password: '', totp: '' },
  })
  const name = useWatch({ control: form.control, name: 'name' })
  const { errors, isSubmitting } = form.formState
  const said = (key: string | undefined) => (key ? t(key) : undefined)

  useEffect(() => form.setFocus('name'), [form])

  const submit = form.handleSubmit(async (values) => {
    if (wantsCode && values.totp.trim() === '') {
      form.setError('totp', { message: 'code.missing' }, { shouldFocus: true })
      return
    }
    setProblem(undefined)
    try {
      await login({ body: credentials(values), throwOnError: true })
    } catch (error) {
      const why = asProblem(error)
      // Being asked for the second factor is a step, not a failure.
      const asked = problemSlug(why) === 'totp-required'
      setWantsCode((before) => before || asked)
      setProblem(asked ? undefined : why)
      wait.begin(why.retryAfterS)
      return
    }
    // Nothing of whoever was here before.
    cache.clear()
    await router.navigate({ href: safeNext(next), replace: true })
  })

  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <FormError>{problem ? <Trouble problem={problem} left={wait.left} /> : null}</FormError>
      <Field label={t('name.label')} error={said(errors.name?.message)}>
        <Input
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-autofocus
          {...form.register('name')}
        />
      </Field>
      <Field label={t('password.label')} error={said(errors.password?.message)}>
        <PasswordInput autoComplete="current-password" {...form.register('password')} />
      </Field>
      {wantsCode ? (
        <CodeField error={said(errors.totp?.message)} registration={form.register('totp')} />
      ) : null}
      <FormActions>
        <Button
          type="submit"
          look="primary"
          busy={isSubmitting}
          disabledReason={wait.left > 0 ? t('wait', { count: wait.left }) : undefined}
          className="grow"
        >
          {t('action')}
        </Button>
      </FormActions>
      <LostPassword name={name} />
    </form>
  )
}

function Trouble({ problem, left }: { problem: Problem; left: number }) {
  const { t } = useTranslation('sign-in')
  switch (problemSlug(problem)) {
    case 'wrong-credentials':
      return t('wrong')
    case 'too-many-attempts':
      return left > 0 ? t('tooMany', { count: left }) : t('tooManyOver')
    default:
      return problem.detail
  }
}

const SECOND_MS = 1_000

/** Counts the seconds down in which another attempt would be refused. */
function useWait() {
  const [until, setUntil] = useState(0)
  const [running, setRunning] = useState(false)
  const now = useNow(running ? SECOND_MS : undefined)
  const left = running ? Math.max(0, Math.ceil((until - now) / SECOND_MS)) : 0
  if (running && left === 0) {
    setRunning(false)
  }
  const begin = (seconds: number | undefined) => {
    if (seconds !== undefined) {
      setUntil(Date.now() + seconds * SECOND_MS)
      setRunning(true)
    }
  }
  return { left, begin }
}
