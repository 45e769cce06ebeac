import { Link } from '@tanstack/react-router'
import type { Miner } from '@/api/generated/types.gen.ts'
import { conditionLook } from '@/entities/miner/state.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Card } from '@/ui/card.tsx'
import { type Next, nextOf, type RunsLine, runsAndWhy } from './runs.ts'
import { useSay } from './say.ts'

const TICK_MS = 30_000
/** What a person reads at a glance; the rest is a press away. */
const LINES = 5

const TONES = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  neutral: 'text-muted',
  accent: 'text-accent',
  champion: 'text-champion',
}

/** What runs and why, and what happens next, in words. */
export function RunsCard({ miners }: { miners: readonly Miner[] }) {
  const { t } = useTranslation('dashboard')
  const now = useNow(TICK_MS)
  const mode = useHouseNow()?.mode
  const lines = runsAndWhy(miners)
  const more = lines.slice(LINES).reduce((count, line) => count + line.miners.length, 0)
  return (
    <Card title={t('runs.title')}>
      <ul className="grid gap-3">
        {lines.slice(0, LINES).map((line, place) => (
          <li key={`${line.condition} ${line.mode} ${line.miners[0]?.id}`}>
            <Line line={line} first={place === 0} />
          </li>
        ))}
      </ul>
      {more > 0 ? (
        <p className="mt-3 text-sm">
          <Link to="/miners" className="text-accent hover:underline">
            {t('runs.more', { count: more })}
          </Link>
        </p>
      ) : null}
      <dl className="mt-4 grid gap-2 border-line border-t pt-3 text-sm">
        <dt className="sr-only">{t('next.title')}</dt>
        <dd>
          <NextWords next={nextOf(lines, now)} />
        </dd>
        {mode ? (
          <>
            <dt className="sr-only">{t('mode.title')}</dt>
            <dd className="text-muted">{t(`mode.${mode}`)}</dd>
          </>
        ) : null}
      </dl>
    </Card>
  )
}

function Line({ line, first }: { line: RunsLine; first: boolean }) {
  const say = useSay()
  const { tone, icon: Sign } = conditionLook(line.condition)
  return (
    <div className="flex gap-2.5">
      <Sign size={18} aria-hidden className={`mt-0.5 shrink-0 ${TONES[tone]}`} />
      <div className="min-w-0">
        <p className={first ? 'font-medium text-lg' : 'font-medium text-base'}>
          <Lead line={line}>{say.line(line)}</Lead>
        </p>
        {line.wishes.map((wish) => (
          <p key={wish.field} className="text-muted text-sm">
            {say.wish(wish)}
          </p>
        ))}
      </div>
    </div>
  )
}

/** To the miner that is spoken of, or to all that are in the same state. */
function Lead({ line, children }: { line: RunsLine; children: string }) {
  const [only, ...others] = line.miners
  const look = 'rounded-sm hover:underline'
  return only && others.length === 0 ? (
    <Link to="/miners/$id" params={{ id: String(only.id) }} className={look}>
      {children}
    </Link>
  ) : (
    <Link to="/miners" search={{ state: line.condition }} className={look}>
      {children}
    </Link>
  )
}

function NextWords({ next }: { next: Next | undefined }) {
  const { t } = useTranslation('dashboard')
  const say = useSay()
  if (!next) {
    return t('next.nothing')
  }
  const ends = { time: clock(next.at), who: say.who(next.miners), what: say.what(next.wish) }
  return next.back === null
    ? t('next.ends', ends)
    : t('next.endsBack', { ...ends, back: say.what({ ...next.wish, value: next.back }) })
}
