import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { getTlsOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { System } from '@/api/generated/types.gen.ts'
import { bytes, joined, number } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, duration, exactTime } from '@/lib/time.ts'
import { Card } from '@/ui/card.tsx'

/** Which program runs here, since when, on what. */
export function FactsCard({ system }: { system: System }) {
  const { t } = useTranslation('system')
  const tls = useQuery(getTlsOptions()).data
  const { database } = system
  return (
    <Card title={t('facts.title')}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-base">
        <Fact name={t('facts.version')}>{system.version}</Fact>
        <Fact name={t('facts.uptime')}>{duration(system.uptime_s)}</Fact>
        <Fact name={t('facts.mode')}>{t(`mode.${system.mode}`)}</Fact>
        <Fact name={t('facts.database')}>
          {database ? (
            <>
              <span title={database.version}>
                {database.engine} {database.version.replace(/ \(.*\)$/, '')}
              </span>
              <Aside>
                {t(database.embedded ? 'facts.embedded' : 'facts.notEmbedded', {
                  size: joined(bytes(database.size_bytes)),
                  schema: database.schema_version,
                })}
              </Aside>
            </>
          ) : (
            t('facts.noDatabase')
          )}
        </Fact>
        <Fact name={t('facts.viewers')}>{number(system.viewers)}</Fact>
        <Fact name={t('facts.dropped')}>
          {number(system.samples_dropped)}
          {system.samples_dropped > 0 ? <Aside>{t('facts.droppedHint')}</Aside> : null}
        </Fact>
        {tls ? (
          <Fact name={t('facts.https')}>
            {t(`tls.${tls.mode}`)}
            <Aside>
              {tls.not_after ? (
                <span title={exactTime(tls.not_after)}>{t('tls.until', { time: clock(tls.not_after) })}</span>
              ) : (
                <Link to="/settings/install" className="text-accent underline underline-offset-2">
                  {t('tls.how')}
                </Link>
              )}
            </Aside>
          </Fact>
        ) : null}
      </dl>
    </Card>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="nums min-w-0 break-words text-right">{children}</dd>
    </>
  )
}

const Aside = ({ children }: { children: ReactNode }) => (
  <span className="block text-muted text-sm">{children}</span>
)
