import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { type Problem, problemSlug } from '@/api/problem.ts'
import { useRestore } from '@/entities/house/restore.ts'
import { setUpStatus } from '@/entities/person/set-up.ts'
import { bytes, joined } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { Progress } from '@/ui/progress.tsx'
import { dropCode } from './kept-code.ts'

/** Moves in with everything that a backup holds. */
export function RestoreStep({ code }: { code: string }) {
  const { t } = useTranslation('setup')
  const cache = useQueryClient()
  const [file, setFile] = useState<File>()
  const [missing, setMissing] = useState(false)
  const [unchanged, setUnchanged] = useState(false)
  const { restore, stage, problem } = useRestore()

  const moveIn = async () => {
    cache.clear()
    const { needed, restored } = await setUpStatus(cache, 0)
    if (needed && !restored) {
      setUnchanged(true)
      return
    }
    // Without passwords in the backup there is a new code, which only this house knows.
    dropCode()
    // Another house answers now: nothing of the page may remember the one before.
    window.location.assign(document.baseURI)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setUnchanged(false)
    setMissing(!file)
    if (file) {
      restore({ file, code }, { onSuccess: () => void moveIn() })
    }
  }
  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-1 gap-4 break-words">
      <FormError>
        {problem ? <Trouble problem={problem} /> : unchanged ? t('restore.unchanged') : null}
      </FormError>
      <Field
        label={t('restore.file')}
        hint={file ? joined(bytes(file.size)) : t('restore.hint')}
        error={missing ? t('restore.missing') : undefined}
      >
        <Input
          type="file"
          data-autofocus
          className="h-auto! bg-surface! py-1.5 file:mr-3 file:rounded-md file:border-0 file:bg-subtle file:px-2.5 file:py-1 file:font-medium file:text-text"
          onChange={({ target }) => {
            setFile(target.files?.[0])
            setMissing(false)
          }}
        />
      </Field>
      {stage ? (
        <Progress done={0} total={undefined} label={t(`restore.${stage}`)} note={t('restore.wait')} />
      ) : (
        <Banner tone="neutral" live="off">
          {t('restore.paused')}
        </Banner>
      )}
      <FormActions>
        <LinkButton>
          <Link to="/set-up">{t('back')}</Link>
        </LinkButton>
        <Button type="submit" look="primary" busy={stage !== undefined} className="grow">
          {t('restore.action')}
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
    case 'backup-unusable':
      return t('restore.unusable', { why: problem.detail })
    case 'backup-newer':
      return t('restore.newer', { why: problem.detail })
    default:
      return problem.detail
  }
}
