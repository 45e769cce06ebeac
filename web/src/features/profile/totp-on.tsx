import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { meQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { confirm, enrol } from '@/api/generated/sdk.gen.ts'
import type { TotpEnrolled } from '@/api/generated/types.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem, problemSlug } from '@/api/problem.ts'
import { download } from '@/lib/files.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Code } from '@/ui/code.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Field } from '@/ui/field.tsx'
import { FormDialog } from '@/ui/form-dialog.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { Steps } from '@/ui/steps.tsx'
import { Qr } from './qr.tsx'

/** Password, picture and first code, recovery codes. Nothing is on before the first code was right. */
export function TotpOn({ onClose }: { onClose: () => void }) {
  const [secret, setSecret] = useState<TotpEnrolled>()
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) {
    return <CodesStep codes={codes} onClose={onClose} />
  }
  return secret ? (
    <ScanStep secret={secret} onDone={setCodes} onClose={onClose} />
  ) : (
    <PasswordStep onDone={setSecret} onClose={onClose} />
  )
}

function useSteps(current: number) {
  const { t } = useTranslation('profile')
  return <Steps steps={[t('on.password'), t('on.scan'), t('on.codes')]} current={current} />
}

function PasswordStep({ onDone, onClose }: { onDone: (secret: TotpEnrolled) => void; onClose: () => void }) {
  const { t } = useTranslation('profile')
  const steps = useSteps(0)
  const [password, setPassword] = useState('')
  const begin = useMutation({
    mutationFn: async () => (await enrol({ body: { password }, ...once() })).data,
    onSuccess: onDone,
  })
  const problem = begin.error ? asProblem(begin.error) : undefined
  const wrong = problem && problemSlug(problem) === 'wrong-credentials'
  return (
    <FormDialog
      title={t('on.title')}
      action={t('on.next')}
      busy={begin.isPending}
      error={problem && !wrong ? problem.detail : null}
      onSubmit={() => begin.mutate()}
      onClose={onClose}
    >
      {steps}
      <Field label={t('password.current')} hint={t('on.why')} error={wrong ? t('password.wrong') : undefined}>
        <PasswordInput
          autoComplete="current-password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </Field>
    </FormDialog>
  )
}

interface ScanProps {
  secret: TotpEnrolled
  onDone: (codes: readonly string[]) => void
  onClose: () => void
}

function ScanStep({ secret, onDone, onClose }: ScanProps) {
  const { t } = useTranslation('profile')
  const cache = useQueryClient()
  const steps = useSteps(1)
  const [code, setCode] = useState('')
  const check = useMutation({
    mutationFn: async () => (await confirm({ body: { code: code.trim() }, ...once() })).data,
    onSuccess: ({ recovery_codes }) => {
      onDone(recovery_codes)
      void cache.invalidateQueries({ queryKey: meQueryKey() })
    },
  })
  const problem = check.error ? asProblem(check.error) : undefined
  const wrong = problem && problemSlug(problem) === 'wrong-credentials'
  return (
    <FormDialog
      title={t('on.title')}
      action={t('on.check')}
      busy={check.isPending}
      error={problem && !wrong ? problem.detail : null}
      onSubmit={() => check.mutate()}
      onClose={onClose}
    >
      {steps}
      <p>{t('on.scanText')}</p>
      <div className="flex justify-center">
        <Qr rows={secret.qr} label={t('on.qr')} />
      </div>
      <p className="text-muted text-sm">{t('on.type')}</p>
      <Code text={secret.secret} label={t('on.secret')} />
      <Field label={t('on.first')} error={wrong ? t('on.wrong') : undefined}>
        <Input
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      </Field>
    </FormDialog>
  )
}

function CodesStep({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation('profile')
  const steps = useSteps(2)
  const text = codes.join('\n')
  return (
    <Dialog
      open
      firm
      onOpenChange={onClose}
      title={t('on.title')}
      footer={
        <>
          <Button
            onClick={() => download(new Blob([`${text}\n`], { type: 'text/plain' }), 'recovery-codes.txt')}
          >
            {t('on.download')}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t('on.done')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {steps}
        <Banner tone="warn">{t('on.once')}</Banner>
        {/* Not on a button: the Enter key that confirmed the code would close it as well. */}
        <div data-autofocus tabIndex={-1} className="outline-none">
          <Code text={text} label={t('on.codes')} />
        </div>
      </div>
    </Dialog>
  )
}
