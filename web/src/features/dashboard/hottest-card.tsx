import type { Miner } from '@/api/generated/types.gen.ts'
import { Measure } from '@/entities/miner/measure.tsx'
import { MinerName } from '@/entities/miner/miner-name.tsx'
import { joined, temperature } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Bar } from '@/ui/bar.tsx'
import { Card } from '@/ui/card.tsx'
import { hottest } from './hottest.ts'

/** Those that are nearest to the temperature at which heat protection acts. */
export function HottestCard({ miners }: { miners: readonly Miner[] }) {
  const { t } = useTranslation('dashboard')
  const top = hottest(miners)
  return (
    <Card title={t('hottest.title')} aside={t('hottest.aside')}>
      {top.length === 0 ? (
        <p className="text-muted">{t('hottest.unknown')}</p>
      ) : (
        <ul className="grid gap-3">
          {top.map(({ miner, celsius, share, tone }) => (
            <li key={miner.id}>
              <Bar
                value={share}
                tone={tone}
                label={<MinerName miner={miner} />}
                note={
                  <>
                    <Measure of={temperature(celsius)} />
                    <span className="text-muted">
                      {' '}
                      {t('hottest.of', { limit: joined(temperature(miner.temperature_limit_c)) })}
                    </span>
                  </>
                }
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
