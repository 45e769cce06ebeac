import type { InspectedMiner } from '@/api/generated/types.gen.ts'
import { UNKNOWN } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'

const FACTS = ['model', 'firmware', 'mac', 'address'] as const

/** What a device says of itself. */
export function Facts({ of }: { of: Pick<InspectedMiner, (typeof FACTS)[number]> }) {
  const { t } = useTranslation('add-miner')
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-base">
      {FACTS.map((fact) => (
        <div key={fact} className="contents">
          <dt className="text-muted">{t(`facts.${fact}`)}</dt>
          <dd className="nums min-w-0 break-words">{of[fact] ?? UNKNOWN}</dd>
        </div>
      ))}
    </dl>
  )
}
