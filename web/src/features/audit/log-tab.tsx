import { BookOpenCheck, Download } from 'lucide-react'
import { asProblem } from '@/api/problem.ts'
import { download } from '@/lib/files.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import type { PageProps } from './audit-page.tsx'
import { auditCsv } from './csv.ts'
import { Filters } from './filters.tsx'
import { LogLine } from './log-line.tsx'
import { useAudit } from './queries.ts'

const ROW = 64

/** Every change, newest first. */
export function LogTab({ search, onSearch }: PageProps) {
  const { t } = useTranslation('audit')
  const log = useAudit(search)
  const rows = log.data?.pages.flatMap((page) => page.items) ?? []
  const keep = () => download(new Blob([auditCsv(rows)], { type: 'text/csv;charset=utf-8' }), 'audit.csv')
  return (
    <Card
      title={t('log.title')}
      flush
      aside={
        <Button
          size="sm"
          icon={Download}
          onClick={keep}
          disabledReason={rows.length === 0 ? t('log.empty') : undefined}
        >
          {t('log.csv')}
        </Button>
      }
    >
      <Filters search={search} onSearch={onSearch} />
      {log.isPending ? <Loading rows={8} rowHeight={ROW} className="px-4" /> : null}
      {log.isError && rows.length === 0 ? (
        <ErrorState
          title={t('log.error')}
          detail={asProblem(log.error).detail}
          action={<Button onClick={() => void log.refetch()}>{t('again')}</Button>}
        />
      ) : null}
      {log.isSuccess && rows.length === 0 ? (
        <Empty icon={BookOpenCheck} title={t('log.empty')} reason={t('log.emptyHint')} />
      ) : null}
      {rows.length > 0 ? (
        <ol
          className={`divide-y divide-line border-line border-t ${log.isPlaceholderData ? 'opacity-60' : ''}`}
        >
          {rows.map((row) => (
            <LogLine key={row.id} row={row} />
          ))}
        </ol>
      ) : null}
      {log.hasNextPage ? (
        <div className="flex justify-center border-line border-t p-3">
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      ) : null}
    </Card>
  )
}
