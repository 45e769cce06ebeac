import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { disable } from '@/api/generated/sdk.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { forgetLastKnown } from '@/live/last-known.ts'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'

/** Needs both factors once more, and ends every session, this one too. */
export function TotpOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('profile')
  const { t: person } = useTranslation('person')
  const id = useId()
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
    <Dialog
      open
      onOpenChange={onClose}
      title={t('off.title')}
      description={t('off.text')}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>{person('cancel')}</Button>
          <Button type="submit" form={id} look="danger" busy={off.isPending}>
            {t('off.do')}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          off.mutate()
        }}
        className="grid gap-4"
      >
        <FormError>{off.error ? asProblem(off.error).detail : null}</FormError>
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
      </form>
    </Dialog>
  )
}
