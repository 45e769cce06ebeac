import { zodResolver } from '@hookform/resolvers/zod'
import { useNavigate } from '@tanstack/react-router'
import { ArchiveRestore, FlaskConical } from 'lucide-react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { type Problem, problemSlug } from '@/api/problem.ts'
import { useEnterDemo } from '@/entities/house/demo.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Code } from '@/ui/code.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { keepCode } from './kept-code.ts'
import { type CodeForm, codeForm } from './model.ts'

/** The code shows that a person may open the door. It is tried when the account is made, and only then. */
export function CodeStep({ kept, restored }: { kept: string | undefined; restored: boolean }) {
  const { t } = useTranslation('setup')
  const navigate = useNavigate()
  const form = useForm<CodeForm>({
    resolver: zodResolver(codeForm),
    mode: 'onTouched',
    defaultValues: { code: kept ?? '' },
  })
  const error = form.formState.errors.code?.message
  const submit = form.handleSubmit(async ({ code }) => {
    keepCode(code)
    await navigate({ to: '/set-up', search: { step: 'account' } })
  })
  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-1 gap-4">
      <Field label={t('code.label')} hint={t('code.hint')} error={error ? t(error) : undefined}>
        <Input
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          className="font-mono"
          data-autofocus
          {...form.register('code')}
        />
      </Field>
      <Disclosure summary={t('code.where')}>
        <div className="grid gap-2 text-sm">
          <p>{t('code.whereLog')}</p>
          <p className="font-medium">{t('code.inDocker')}</p>
          <Code text="docker exec hmm cat /config/setup-code" label={t('code.command')} />
          <p className="text-muted">{t('code.why')}</p>
        </div>
      </Disclosure>
      <FormActions>
        <Button type="submit" look="primary" className="grow">
          {t('next')}
        </Button>
      </FormActions>
      {restored ? null : <OtherWays form={form} />}
    </form>
  )
}

/** What else the code opens. */
function OtherWays({ form }: { form: UseFormReturn<CodeForm> }) {
  const { t } = useTranslation('setup')
  const navigate = useNavigate()
  const { move, busy, problem } = useEnterDemo()
  /** The code, kept for the next page. As a submit, so that a complaint goes as soon as it is mended. */
  const withCode = (go: (code: string) => void) =>
    form.handleSubmit(({ code }) => {
      keepCode(code)
      go(code)
    })
  const restore = () => void navigate({ to: '/set-up', search: { step: 'restore' } })
  return (
    <section aria-label={t('other.title')} className="grid grid-cols-1 gap-1 border-line border-t pt-4">
      <p className="text-muted text-sm">{t('other.title')}</p>
      {problem ? <FormError>{troubleOf(problem, t)}</FormError> : null}
      <Button look="ghost" className="whitespace-normal!" icon={ArchiveRestore} onClick={withCode(restore)}>
        {t('restore.title')}
      </Button>
      <Button
        look="ghost"
        className="whitespace-normal!"
        icon={FlaskConical}
        busy={busy}
        onClick={withCode(move)}
      >
        {t('other.demo')}
      </Button>
      <p className="text-center text-muted text-xs">{t('other.demoHint')}</p>
    </section>
  )
}

const troubleOf = (problem: Problem, t: (key: string) => string) =>
  problemSlug(problem) === 'setup-code-wrong' ? t('code.wrong') : problem.detail
