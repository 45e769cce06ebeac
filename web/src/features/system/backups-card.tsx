import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  getJobOptions,
  listBackupsOptions,
  listBackupsQueryKey,
} from '@/api/generated/@tanstack/react-query.gen.ts'
import { makeBackup } from '@/api/generated/sdk.gen.ts'
import type { Backup, Job } from '@/api/generated/types.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem } from '@/api/problem.ts'
import { bytes, joined } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, exactTime } from '@/lib/time.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { FormError } from '@/ui/form.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { RestoreDialog } from './restore-dialog.tsx'

const SHOWN = 5

/** What could be put back, and making one more. */
export function BackupsCard() {
  const { t } = useTranslation('system')
  const cache = useQueryClient()
  const [asked, setAsked] = useState<number>()
  const make = useMutation({
    mutationFn: async () => (await makeBackup(once())).data,
    onSuccess: ({ job_id }) => setAsked(job_id),
  })
  // The feed tells how the job goes.
  const job = useQuery({ ...getJobOptions({ path: { id: asked ?? 0 } }), enabled: asked !== undefined }).data
  const running = make.isPending || (asked !== undefined && !isOver(job))
  const over = isOver(job)
  useEffect(() => {
    if (over) {
      void cache.invalidateQueries({ queryKey: listBackupsQueryKey() })
    }
  }, [over, cache])
  const { data, error, isPending, refetch } = useQuery(listBackupsOptions())
  const [restoring, setRestoring] = useState<{ backup?: Backup }>()
  return (
    <Card
      title={t('backups.title')}
      aside={
        <Button size="sm" busy={running} onClick={() => make.mutate()}>
          {t('backups.make')}
        </Button>
      }
    >
      <div className="grid gap-3">
        <FormError>{make.error ? asProblem(make.error).detail : job?.error}</FormError>
        {error && !data ? (
          <ErrorState
            title={t('backups.error')}
            detail={asProblem(error).detail}
            action={<Button onClick={() => void refetch()}>{t('again')}</Button>}
          />
        ) : null}
        {isPending ? <Loading rows={3} /> : null}
        {data?.items.length === 0 ? <p className="text-muted">{t('backups.none')}</p> : null}
        <ul className="divide-y divide-line empty:hidden">
          {data?.items.slice(0, SHOWN).map((backup) => (
            <Line key={backup.id} backup={backup} onRestore={() => setRestoring({ backup })} />
          ))}
        </ul>
        <p className="text-muted text-sm">{t('backups.about')}</p>
        <div>
          <Button size="sm" onClick={() => setRestoring({})}>
            {t('restore.openFile')}
          </Button>
        </div>
      </div>
      {restoring ? <RestoreDialog backup={restoring.backup} onClose={() => setRestoring(undefined)} /> : null}
    </Card>
  )
}

const isOver = (job: Job | undefined) =>
  job !== undefined && job.state !== 'queued' && job.state !== 'running'

function Line({ backup, onRestore }: { backup: Backup; onRestore: () => void }) {
  const { t } = useTranslation('system')
  const time = exactTime(backup.created_at)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2 first:pt-0 last:pb-0">
      <div className="min-w-0 grow basis-60">
        <time dateTime={backup.created_at} title={time} className="text-base">
          {clock(backup.created_at)}
        </time>
        <p className="wrap-anywhere text-muted text-sm">
          {joined(bytes(backup.size_bytes))} · {backup.name}
        </p>
      </div>
      <div className="flex gap-2">
        <LinkButton size="sm">
          <a
            href={`api/backups/${backup.id}/download`}
            download={backup.name}
            aria-label={t('backups.downloadOf', { time })}
          >
            <Download size={16} aria-hidden />
            {t('backups.download')}
          </a>
        </LinkButton>
        <Button size="sm" onClick={onRestore} aria-label={t('restore.openOf', { time })}>
          {t('restore.open')}
        </Button>
      </div>
    </li>
  )
}
