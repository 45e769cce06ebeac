import type { ReactNode } from 'react'
import type { JobReport, Loop } from '@/api/generated/types.gen.ts'
import { number, UNKNOWN } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Card } from '@/ui/card.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '@/ui/table.tsx'

const TICK_MS = 10_000

type Work = Pick<Loop, 'failures' | 'last_error' | 'last_success' | 'next_run'> & { name: string }

/** What is done now and then and takes its time. */
export function JobsCard({ jobs }: { jobs: readonly JobReport[] }) {
  const { t } = useTranslation('system')
  return (
    <WorkCard
      title={t('jobs.title')}
      words="jobs"
      work={jobs.map((job) => ({ ...job, name: job.kind }))}
      empty={t('jobs.none')}
    />
  )
}

/** What runs all the time. */
export function LoopsCard({ loops }: { loops: readonly Loop[] }) {
  const { t } = useTranslation('system')
  return <WorkCard title={t('loops.title')} words="loops" work={loops} empty={t('loops.none')} />
}

interface Props {
  title: string
  words: 'jobs' | 'loops'
  work: readonly Work[]
  empty: string
}

function WorkCard({ title, words, work, empty }: Props) {
  const { t } = useTranslation('system')
  const now = useNow(TICK_MS)
  return (
    <Card title={title} flush>
      {work.length === 0 ? (
        <p className="px-4 pb-4 text-muted">{empty}</p>
      ) : (
        <Table label={title}>
          <Thead>
            <Th>{t('work.name')}</Th>
            <Th numeric>{t('work.last')}</Th>
            <Th numeric>{t('work.next')}</Th>
            <Th numeric className="max-sm:hidden">
              {t('work.failures')}
            </Th>
          </Thead>
          <Tbody>
            {work.map((one) => (
              <Tr key={one.name}>
                <Td>
                  {t(`${words}.${one.name}`, { defaultValue: one.name })}
                  {one.failures > 0 ? (
                    <span className="block text-muted text-sm sm:hidden">
                      {t('work.failed', { count: one.failures, times: number(one.failures) })}
                    </span>
                  ) : null}
                  {one.last_error ? (
                    <span className="block wrap-anywhere max-w-prose text-bad text-sm">{one.last_error}</span>
                  ) : null}
                </Td>
                <Td numeric>
                  <When at={one.last_success} now={now} never={t('work.never')} />
                </Td>
                <Td numeric>
                  <When at={one.next_run} now={now} never={UNKNOWN} />
                </Td>
                <Td numeric className="max-sm:hidden">
                  {number(one.failures)}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </Card>
  )
}

function When({ at, now, never }: { at: string | null; now: number; never: string }): ReactNode {
  return at ? (
    <time dateTime={at} title={exactTime(at)}>
      {ago(at, now)}
    </time>
  ) : (
    <span className="text-muted">{never}</span>
  )
}
