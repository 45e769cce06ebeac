import { Link } from '@tanstack/react-router'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useMiner } from '@/entities/miner/queries.ts'
import { StatePill } from '@/entities/miner/state-pill.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Facts } from './facts.tsx'

/** What it turned out to be. */
export function DoneStep({ miner, onLeave }: { miner: Miner; onLeave: () => void }) {
  const { t } = useTranslation('add-miner')
  const now = useMiner(miner.id).data ?? miner
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
      <Facts of={now} />
      <p className="text-muted text-sm">{t('done.next')}</p>
    </div>
  )
}
