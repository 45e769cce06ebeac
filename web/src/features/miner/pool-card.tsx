import type { Miner, Telemetry } from '@/api/generated/types.gen.ts'
import { difficulty, joined, number, UNKNOWN } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { FactList } from './fact-list.tsx'
import { WishLine } from './wish-line.tsx'

/** Where its work comes from. Only looked at: pools are not managed here. */
export function PoolCard({ miner, telemetry }: { miner: Miner; telemetry: Telemetry | undefined }) {
  const { t } = useTranslation('miner')
  const { latest, desired, pool_sees_it } = miner
  const url = latest?.pool_url ?? null
  const response = telemetry?.pool_response_ms ?? null
  const fallback = telemetry?.pool_fallback ?? null
  return (
    <Card
      title={t('pool.title')}
      aside={fallback ? <Pill tone="warn">{t('pool.fallback')}</Pill> : undefined}
    >
      <div className="grid gap-3">
        {desired.pool ? (
          <WishLine miner={miner} field="pool" wish={desired.pool} value={t('pool.another')} />
        ) : null}
        <p className="break-all text-base">{url ?? t(latest ? 'missing.notSaid' : 'missing.noReading')}</p>
        <FactList
          facts={[
            {
              label: t('pool.difficulty'),
              value: joined(difficulty(telemetry?.pool_difficulty)),
            },
            {
              label: t('pool.response'),
              value: response === null ? UNKNOWN : t('pool.ms', { ms: number(response) }),
            },
            ...(pool_sees_it === null
              ? []
              : [{ label: t('pool.seesIt'), value: t(pool_sees_it ? 'yes' : 'no') }]),
          ]}
        />
      </div>
    </Card>
  )
}
