import type { Telemetry } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { FactList } from './fact-list.tsx'
import { saidOf } from './said.ts'

/** The rest of its last reply, as far as there is any. */
export function SaidCard({ telemetry }: { telemetry: Telemetry }) {
  const { t } = useTranslation('miner')
  const said = saidOf(telemetry)
  if (said.length === 0) {
    return null
  }
  return (
    <Card title={t('said.title')}>
      <FactList
        facts={said.map(({ id, label, value }) => ({
          label: label === undefined ? t(`said.${id}`) : t('said.rejected', { reason: label }),
          value,
        }))}
      />
    </Card>
  )
}
