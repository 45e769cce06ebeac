import { Download, RefreshCw } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem, problemSlug } from '@/api/problem.ts'
import { download, fileName } from '@/lib/files.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Code } from '@/ui/code.tsx'
import { FormError } from '@/ui/form.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import { ProblemWords } from './problem-words.tsx'
import { useAskNow, useRaw } from './queries.ts'

/** The device's last reply, word for word but for its secrets. */
export function RawTab({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const raw = useRaw(miner.id)
  const askNow = useAskNow(miner.id)
  const text = raw.data === undefined ? undefined : JSON.stringify(raw.data, null, 2)
  const save = (content: string) =>
    download(new Blob([content], { type: 'application/json' }), fileName(miner.name, 'json'))
  return (
    <Card title={t('raw.title')}>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-muted text-sm">{t('raw.text')}</p>
          <div className="flex flex-wrap gap-2">
            <Button
              size="sm"
              icon={RefreshCw}
              busy={askNow.isPending}
              disabledReason={miner.enabled ? undefined : t('not.enabled')}
              onClick={() => askNow.mutate()}
            >
              {t('raw.askNow')}
            </Button>
            <Button
              size="sm"
              icon={Download}
              disabledReason={text === undefined ? t('raw.nothing') : undefined}
              onClick={() => text !== undefined && save(text)}
            >
              {t('raw.download')}
            </Button>
          </div>
        </div>
        <FormError>{askNow.error ? <ProblemWords error={askNow.error} /> : null}</FormError>
        {text === undefined ? <Missing raw={raw} /> : <Code text={text} label={t('raw.title')} />}
      </div>
    </Card>
  )
}

function Missing({ raw: { error, refetch } }: { raw: ReturnType<typeof useRaw> }) {
  const { t } = useTranslation('miner')
  if (!error) {
    return <Loading rows={8} rowHeight={24} />
  }
  const problem = asProblem(error)
  if (problemSlug(problem) === 'not-found') {
    return <Empty icon={Download} title={t('raw.nothing')} reason={t('raw.nothingHint')} />
  }
  return (
    <ErrorState
      title={t('failed.raw')}
      detail={problem.detail}
      action={<Button onClick={() => void refetch()}>{t('again')}</Button>}
    />
  )
}
