import { CircleCheck, CircleX, Lock } from 'lucide-react'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { Pill } from '@/ui/pill.tsx'
import { ABILITIES, type Facts, type Verdict, verdictOf } from './abilities.ts'

const LOOKS = {
  works: { tone: 'good', icon: CircleCheck },
  https: { tone: 'warn', icon: Lock },
  certificate: { tone: 'warn', icon: Lock },
  browser: { tone: 'neutral', icon: CircleX },
} as const satisfies Record<Verdict, unknown>

/** What works here and now, and what is missing for the rest. */
export function AbilitiesCard({ facts }: { facts: Facts }) {
  const { t } = useTranslation('install')
  return (
    <Card title={t('abilities.title')} aside={t(facts.secure ? 'abilities.secure' : 'abilities.plain')}>
      <ul className="-my-2 divide-y divide-line">
        {ABILITIES.map((ability) => {
          const verdict = verdictOf(ability, facts)
          const { tone, icon } = LOOKS[verdict]
          return (
            <li key={ability} className="grid gap-1 py-3">
              <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
                <span className="font-medium">{t(`abilities.${ability}.name`)}</span>
                <Pill tone={tone} icon={icon}>
                  {t(`verdict.${verdict}`)}
                </Pill>
              </div>
              <p className="text-muted text-sm">{t(`abilities.${ability}.text`)}</p>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
