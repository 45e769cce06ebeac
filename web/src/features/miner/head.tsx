import { ExternalLink } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { StatePill } from '@/entities/miner/state-pill.tsx'
import { TagPill } from '@/entities/miner/tag-pill.tsx'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { HeadActions } from './head-actions.tsx'
import { deviceUrl } from './words.ts'

/** Who it is: name, state, model, where it lives; and what can be asked of it at once. */
export function Head({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const operator = useMay('operator')
  const facts = [
    miner.model ?? t('head.noModel'),
    word(`family.${miner.family}`, { defaultValue: miner.family }),
    miner.firmware ?? t('head.noFirmware'),
  ]
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-xl">{miner.name}</h1>
          <StatePill miner={miner} />
        </div>
        <p className="text-muted text-sm">
          {facts.join(' · ')}
          {' · '}
          <Address miner={miner} />
        </p>
        {miner.tags.length > 0 ? (
          <ul aria-label={t('head.tags')} className="flex flex-wrap gap-1.5">
            {miner.tags.map((tag) => (
              <li key={tag} className="flex min-w-0">
                <TagPill name={tag} />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {operator ? <HeadActions miner={miner} /> : null}
    </div>
  )
}

/** Leads to the device's own page. */
function Address({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  return (
    <a
      href={deviceUrl(miner)}
      target="_blank"
      rel="noopener noreferrer"
      className="nums whitespace-nowrap rounded-sm text-accent underline underline-offset-2"
    >
      {miner.address}
      <ExternalLink size={12} aria-hidden className="ml-1 inline align-baseline" />
      <span className="sr-only">{t('head.newTab')}</span>
    </a>
  )
}
