import type { AuditRow } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, exactTime } from '@/lib/time.ts'
import { Code } from '@/ui/code.tsx'
import { Disclosure } from '@/ui/disclosure.tsx'

/** One line: who did what to what, from where, and how it ended. */
export function LogLine({ row }: { row: AuditRow }) {
  const { t, has } = useTranslation('audit')
  const known = `action.${row.action.replaceAll('.', '_')}`
  const what = has(known) ? t(known) : row.action
  return (
    <li className="grid gap-0.5 px-4 py-3">
      <div className="flex items-baseline gap-x-3">
        <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-2">
          <span className="font-medium text-base">
            {row.settles === null ? what : t('log.ended', { what })}
          </span>
          <span className="wrap-anywhere min-w-0 text-muted text-sm">{row.entity}</span>
        </div>
        <time dateTime={row.at} title={exactTime(row.at)} className="nums shrink-0 text-muted text-sm">
          {clock(row.at)}
        </time>
      </div>
      <p className="wrap-anywhere text-muted text-sm">
        {t(`actor.${row.actor.kind}`, { name: row.actor.name })}
        {row.actor.address ? ` · ${row.actor.address}` : null}
        {row.settles === null ? null : ` · ${t('log.settles', { line: row.settles })}`}
        {` · ${t('log.line', { line: row.id })}`}
      </p>
      {row.outcome ? <p className="break-words text-sm">{row.outcome}</p> : null}
      {row.before === null && row.after === null ? null : (
        <Disclosure className="-mb-1.5" summary={<span className="text-sm">{t('log.change')}</span>}>
          <div className="grid gap-2 sm:grid-cols-2">
            <Side name={t('log.before')} value={row.before} />
            <Side name={t('log.after')} value={row.after} />
          </div>
        </Disclosure>
      )}
    </li>
  )
}

function Side({ name, value }: { name: string; value: unknown }) {
  const { t } = useTranslation('audit')
  return (
    <div className="min-w-0">
      <p className="mb-1 text-muted text-xs">{name}</p>
      {value === null ? (
        <p className="text-muted">{t('log.nothing')}</p>
      ) : (
        <Code text={JSON.stringify(value, null, 2)} />
      )}
    </div>
  )
}
