import { Link } from '@tanstack/react-router'
import { CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useCommandWords } from '@/entities/miner/command-pill.tsx'
import { joined, temperature } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Card } from '@/ui/card.tsx'
import { attentionOf, type Item } from './attention.ts'
import { useHouseProblems, useLateCommands } from './queries.ts'
import { useSay } from './say.ts'

const TICK_MS = 60_000
const SHOWN = 6

/** What needs a person, each with what to do. */
export function AttentionCard({ miners }: { miners: readonly Miner[] }) {
  const { t } = useTranslation('dashboard')
  const now = useNow(TICK_MS)
  const commands = useLateCommands()
  const problems = useHouseProblems()
  const codes = useHouseNow()?.problems ?? []
  const items = attentionOf({
    miners,
    commands: commands.data?.items ?? [],
    problems: codes.length > 0 ? (problems.data ?? []) : [],
    now,
  })
  // Half of the truth must not pass for the whole.
  const unknown = commands.isError || problems.isError
  return (
    <Card
      title={t('attention.title')}
      aside={items.length > 0 ? t('attention.count', { count: items.length }) : null}
    >
      {items.length > 0 ? (
        <ul className="grid gap-3">
          {items.slice(0, SHOWN).map((item) => (
            <li key={item.key}>
              <ItemWords item={item} />
            </li>
          ))}
        </ul>
      ) : unknown ? null : (
        <p className="flex items-center gap-2.5 text-base">
          <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
          {t('attention.nothing')}
        </p>
      )}
      {items.length > SHOWN ? (
        <p className="mt-3 text-muted text-sm">{t('attention.more', { count: items.length - SHOWN })}</p>
      ) : null}
      {unknown ? <p className="mt-3 text-muted text-sm">{t('attention.unknown')}</p> : null}
    </Card>
  )
}

function ItemWords({ item }: { item: Item }) {
  const { t } = useTranslation('dashboard')
  const Sign = item.tone === 'bad' ? OctagonAlert : TriangleAlert
  return (
    <div className="flex gap-2.5">
      <Sign
        size={18}
        aria-hidden
        className={`mt-0.5 shrink-0 ${item.tone === 'bad' ? 'text-bad' : 'text-warn'}`}
      />
      <div className="min-w-0">
        <p className="font-medium text-base">
          <Lead item={item} />
          {item.since ? (
            <span className="nums font-normal text-muted text-xs">
              {' '}
              {t('since', { time: clock(item.since) })}
            </span>
          ) : null}
        </p>
        <p className="text-muted text-sm">{t(`attention.do.${item.kind}`)}</p>
        {item.words && item.kind !== 'house' ? (
          <p className="break-words text-muted text-xs">{t('attention.said', { words: item.words })}</p>
        ) : null}
      </div>
    </div>
  )
}

/** Says it, and leads to where something can be done about it. */
function Lead({ item }: { item: Item }) {
  const { t } = useTranslation('dashboard')
  const say = useSay()
  const asked = useCommandWords()
  const [miner, ...others] = item.miners
  const look = 'rounded-sm hover:underline'
  if (!miner) {
    return (
      <Link to="/settings/system" className={look}>
        {item.words}
      </Link>
    )
  }
  const text = t(`attention.is.${item.kind}`, {
    count: item.miners.length,
    who: say.who(item.miners),
    asked: item.command ? asked(item.command) : '',
    heat: joined(temperature(miner.latest?.temperature_c)),
    limit: joined(temperature(miner.temperature_limit_c)),
  })
  return others.length === 0 ? (
    <Link to="/miners/$id" params={{ id: String(miner.id) }} className={look}>
      {text}
    </Link>
  ) : (
    <Link to="/miners" search={FILTERS[item.kind] ?? {}} className={look}>
      {text}
    </Link>
  )
}

/** The list of miners knows these by the same name. */
const FILTERS: Partial<Record<Item['kind'], { state: string }>> = {
  hot: { state: 'hot' },
  stuck: { state: 'stuck' },
  offline: { state: 'offline' },
  seen: { state: 'offline' },
  idle: { state: 'idle' },
  stranger: { state: 'unknown' },
}
