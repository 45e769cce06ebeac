import { Link } from '@tanstack/react-router'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useMiner } from '@/entities/miner/queries.ts'
import { StatePill } from '@/entities/miner/state-pill.tsx'
import { UNKNOWN } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'

/** What it turned out to be. */
export function DoneStep({ miner, onLeave }: { miner: Miner; onLeave: () => void }) {
  const { t } = useTranslation('add-miner')
  const now = useMiner(miner.id).data ?? miner
  const facts = {
    model: now.model,
    firmware: now.firmware,
    mac: now.mac,
    address: now.address,
  }
  return (
    <div className="grid gap-4">
      <Banner tone="good">{t('done.text', { name: now.name })}</Banner>
      <div className="flex items-center justify-between gap-3">
        <Link
          to="/miners/$id"
          params={{ id: String(now.id) }}
          onClick={onLeave}
          className="min-w-0 truncate font-semibold text-accent underline underline-offset-2"
        >
          {t('done.open', { name: now.name })}
        </Link>
        <StatePill miner={now} />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-base">
        {Object.entries(facts).map(([fact, value]) => (
          <div key={fact} className="contents">
            <dt className="text-muted">{t(`facts.${fact}`)}</dt>
            <dd className="nums min-w-0 break-words">{value ?? UNKNOWN}</dd>
          </div>
        ))}
      </dl>
      {now.identity.kind === 'none' ? <Banner tone="warn">{t('done.weak')}</Banner> : null}
      <p className="text-muted text-sm">{t('done.next')}</p>
    </div>
  )
}
