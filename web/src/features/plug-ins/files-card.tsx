import { CircleCheck, FileCode, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { PluginError, PluginFile, Plugins } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Banner } from '@/ui/banner.tsx'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { Empty } from '@/ui/state.tsx'

const TICK_MS = 10_000

/** Each file with what it speaks to, or with what is to be corrected. */
export function FilesCard({ plugins }: { plugins: Plugins }) {
  const { t } = useTranslation('plug-ins')
  const now = useNow(TICK_MS)
  return (
    <Card title={t('files.title')}>
      <p className="wrap-anywhere text-muted text-sm">
        {t('files.folder')} <code className="font-mono">{plugins.folder}</code>
        {plugins.looked_at ? (
          <span title={exactTime(plugins.looked_at)}>
            {' · '}
            {t('files.looked', { time: ago(plugins.looked_at, now) })}
          </span>
        ) : null}
      </p>
      {plugins.trouble ? <Banner tone="warn">{plugins.trouble}</Banner> : null}
      {plugins.files.length === 0 ? (
        <Empty icon={FileCode} title={t('files.none')} reason={t('files.noneHint')} />
      ) : (
        <ul className="mt-2 divide-y divide-line">
          {plugins.files.map((file) => (
            <File key={file.name} file={file} now={now} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function File({ file, now }: { file: PluginFile; now: number }) {
  const { t } = useTranslation('plug-ins')
  const used = file.state === 'loaded'
  const Sign = used ? CircleCheck : OctagonAlert
  return (
    <li className="flex gap-2.5 py-3 last:pb-0">
      <Sign
        size={18}
        aria-hidden
        className={used ? 'mt-0.5 shrink-0 text-good' : 'mt-0.5 shrink-0 text-bad'}
      />
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-base">
          <span className="wrap-anywhere min-w-0">{file.name}</span>
          <Pill tone={used ? 'good' : 'bad'}>{t(`state.${file.state}`)}</Pill>
        </p>
        <p className="wrap-anywhere text-muted text-sm">
          {used
            ? `${t('file.speaks', { label: file.label, family: file.family })} · ${t('file.miners', { count: file.miners })}`
            : t('file.errors', { count: file.errors.length })}
          {' · '}
          <span title={exactTime(file.loaded_at)}>{t('file.since', { time: ago(file.loaded_at, now) })}</span>
        </p>
        {file.errors.length > 0 ? <Errors name={file.name} errors={file.errors} /> : null}
        {file.trouble ? (
          <p className="mt-1 flex gap-2 text-sm">
            <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-warn" />
            <span className="wrap-anywhere">{t('file.trouble', { text: file.trouble })}</span>
          </p>
        ) : null}
      </div>
    </li>
  )
}

function Errors({ name, errors }: { name: string; errors: readonly PluginError[] }) {
  const { t } = useTranslation('plug-ins')
  return (
    <ul aria-label={name} className="mt-1 grid gap-1">
      {errors.map((error) => (
        <li key={`${error.line}:${error.column}:${error.text}`} className="text-sm">
          <span className="font-medium font-mono">
            {t('file.at', { line: error.line, column: error.column })}
          </span>{' '}
          <span className="wrap-anywhere">
            {error.key ? t('file.key', { key: error.key, text: error.text }) : error.text}
          </span>
        </li>
      ))}
    </ul>
  )
}
