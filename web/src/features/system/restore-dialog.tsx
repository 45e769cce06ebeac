import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { me } from '@/api/generated/sdk.gen.ts'
import type { Backup } from '@/api/generated/types.gen.ts'
import { problemSlug } from '@/api/problem.ts'
import { useRestore } from '@/entities/house/restore.ts'
import { bytes, joined } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { exactTime } from '@/lib/time.ts'
import { forgetLastKnown } from '@/live/last-known.ts'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { Progress } from '@/ui/progress.tsx'

interface Props {
  /** One that the manager keeps; without it a file is asked for. */
  backup: Backup | undefined
  onClose: () => void
}

/** Asks once, waits until the house is open again, and begins at the door: nobody is signed in any more. */
export function RestoreDialog({ backup, onClose }: Props) {
  const { t } = useTranslation('system')
  const id = useId()
  const cache = useQueryClient()
  const [file, setFile] = useState<File>()
  const [missing, setMissing] = useState(false)
  const [unchanged, setUnchanged] = useState(false)
  const { restore, stage, problem } = useRestore()

  const moveIn = async () => {
    // A session that is still good has outlived the restore, which therefore did not happen.
    if ((await me()).data?.kind === 'person') {
      setUnchanged(true)
      return
    }
    cache.clear()
    forgetLastKnown()
    window.location.assign(document.baseURI)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setUnchanged(false)
    setMissing(!backup && !file)
    const wanted = backup ? { backupId: backup.id } : file ? { file } : undefined
    if (wanted && !stage) {
      restore(wanted, { onSuccess: () => void moveIn() })
    }
  }
  const why = problem?.detail
  const known = problem && WORDS.find((slug) => slug === problemSlug(problem))
  const trouble = known ? t(`restore.${known}`, { why }) : why
  return (
    <Dialog
      open
      firm={stage !== undefined}
      onOpenChange={onClose}
      title={backup ? t('restore.title', { time: exactTime(backup.created_at) }) : t('restore.titleFile')}
      description={t('restore.text')}
      footer={
        <>
          <Button data-autofocus onClick={onClose} disabledReason={stage ? t('restore.wait') : undefined}>
            {t('common:ui.cancel')}
          </Button>
          <Button type="submit" form={id} look="danger" busy={stage !== undefined}>
            {t('restore.do')}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submit} className="grid gap-4">
        <FormError>{trouble ?? (unchanged ? t('restore.unchanged') : null)}</FormError>
        {backup ? null : (
          <Field
            label={t('restore.file')}
            hint={file ? joined(bytes(file.size)) : t('restore.fileHint')}
            error={missing ? t('restore.missing') : undefined}
          >
            <Input
              type="file"
              className="h-auto! py-1.5 file:mr-3 file:rounded-md file:border-0 file:bg-subtle file:px-2.5 file:py-1 file:font-medium file:text-text"
              onChange={({ target }) => {
                setFile(target.files?.[0])
                setMissing(false)
              }}
            />
          </Field>
        )}
        {stage ? (
          <Progress done={0} total={undefined} label={t(`restore.${stage}`)} note={t('restore.wait')} />
        ) : (
          <p className="text-muted text-sm">{t('restore.passwords')}</p>
        )}
      </form>
    </Dialog>
  )
}

/** Problems that are said in the page's own words. */
const WORDS = ['backup-unusable', 'backup-newer'] as const
