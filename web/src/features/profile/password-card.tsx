import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { z } from 'zod'
import { password as changePassword } from '@/api/generated/sdk.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem, fieldDetail, problemSlug } from '@/api/problem.ts'
import { newPassword } from '@/entities/person/password.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { forgetLastKnown } from '@/live/last-known.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'

const shape = z.object({
  current: z.string().min(1, 'password.currentMissing'),
  password: newPassword,
  totp: z.string(),
})

/** A new password ends every session, this one too. */
export function PasswordCard({ withCode }: { withCode: boolean }) {
  const { t } = useTranslation('profile')
  const { t: person } = useTranslation('person')
  const cache = useQueryClient()
  const router = useRouter()
  const toast = useToast()
  const form = useForm<z.infer<typeof shape>>({
    resolver: zodResolver(shape),
    mode: 'onTouched',
    defaultValues: { current: '', password: '', totp: '' },
  })
  const change = useMutation({
    mutationFn: ({ current, password, totp }: z.infer<typeof shape>) =>
      changePassword({ body: { current, password, totp: totp.trim() || null }, ...once() }),
    onSuccess: async () => {
      await router.navigate({ to: '/sign-in', search: { next: '/settings/profile' } })
      cache.clear()
      forgetLastKnown()
      toast.success(t('password.done'))
    },
  })
  const { errors } = form.formState
  const problem = change.error ? asProblem(change.error) : undefined
  const wrong =
    problem && problemSlug(problem) === 'wrong-credentials' ? t('password.wrong') : problem?.detail
  const fresh = errors.password?.message
  return (
    <Card title={t('password.title')}>
      <form noValidate onSubmit={form.handleSubmit((values) => change.mutate(values))} className="grid gap-4">
        <FormError>{problem && problem.errors.length === 0 ? wrong : null}</FormError>
        <Field
          label={t('password.current')}
          error={errors.current?.message ? t(errors.current.message) : undefined}
        >
          <PasswordInput autoComplete="current-password" {...form.register('current')} />
        </Field>
        <Field
          label={t('password.fresh')}
          hint={t('password.hint')}
          error={fresh ? person(fresh) : fieldDetail(problem, 'password')}
        >
          <PasswordInput autoComplete="new-password" {...form.register('password')} />
        </Field>
        {withCode ? (
          <Field label={t('totp.code')} hint={t('totp.codeHint')}>
            <Input autoComplete="one-time-code" inputMode="numeric" {...form.register('totp')} />
          </Field>
        ) : null}
        <p className="text-muted text-sm">{t('password.ends')}</p>
        <FormActions>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('password.do')}
          </Button>
        </FormActions>
      </form>
    </Card>
  )
}
