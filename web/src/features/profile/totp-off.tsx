import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { disable } from '@/api/generated/sdk.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { forgetLastKnown } from '@/live/last-known.ts'
import { Field } from '@/ui/field.tsx'
import { FormDialog } from '@/ui/form-dialog.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'

/** Needs both factors once more, and ends every session, this one too. */
export function TotpOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('profile')
  const cache = useQueryClient()
  const router = useRouter()
  const toast = useToast()
  const [body, setBody] = useState({ password: '', totp: '' })
  const off = useMutation({
    mutationFn: () => disable({ body, ...once() }),
    onSuccess: async () => {
      await router.navigate({ to: '/sign-in', search: { next: '/settings/profile' } })
      cache.clear()
      forgetLastKnown()
      toast.success(t('off.done'))
    },
  })
  return (
    <FormDialog
      title={t('off.title')}
      description={t('off.text')}
      width="sm"
      action={t('off.do')}
      look="danger"
      busy={off.isPending}
      error={off.error ? asProblem(off.error).detail : null}
      onSubmit={() => off.mutate()}
      onClose={onClose}
    >
      <Field label={t('password.current')}>
        <PasswordInput
          autoComplete="current-password"
          value={body.password}
          onChange={({ target }) => setBody({ ...body, password: target.value })}
        />
      </Field>
      <Field label={t('totp.code')} hint={t('totp.codeHint')}>
        <Input
          autoComplete="one-time-code"
          value={body.totp}
          onChange={({ target }) => setBody({ ...body, totp: target.value })}
        />
      </Field>
    </FormDialog>
  )
}
