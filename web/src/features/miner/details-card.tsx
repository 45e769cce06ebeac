import { TriangleAlert } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { exactTime } from '@/lib/time.ts'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { FactList } from './fact-list.tsx'

/** What it is, apart from what it does. */
export function DetailsCard({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const { identity, algorithm } = miner
  return (
    <Card title={t('details.title')}>
      <FactList
        facts={[
          {
            label: t('details.algorithm'),
            value: word(`algorithm.${algorithm}`, { defaultValue: algorithm }),
          },
          { label: t('details.address'), value: `${miner.address}:${miner.port}` },
          {
            label: identity.kind === 'none' ? t('details.identity') : word(`identity.${identity.kind}`),
            value: identity.value ?? (
              <Pill tone="warn" icon={TriangleAlert}>
                {t('details.weak')}
              </Pill>
            ),
          },
          { label: t('details.overclock'), value: t(miner.may_overclock ? 'yes' : 'no') },
          { label: t('details.added'), value: exactTime(miner.added_at) },
        ]}
      />
    </Card>
  )
}
