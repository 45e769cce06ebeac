import { Link } from '@tanstack/react-router'
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { Event, Level, Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, exactTime } from '@/lib/time.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { useEvents } from './queries.ts'

const SIGNS: Record<Level, { icon: typeof Info; colour: string }> = {
  info: { icon: Info, colour: 'text-muted' },
  warning: { icon: TriangleAlert, colour: 'text-warn' },
  error: { icon: OctagonAlert, colour: 'text-bad' },
}

/** What happened lately, newest first. */
export function EventsCard({ miners }: { miners: readonly Miner[] }) {
  const { t } = useTranslation('dashboard')
  const { data, error, refetch, isFetching } = useEvents()
  const here = new Set(miners.map((miner) => miner.id))
  return (
    <Card title={t('events.title')}>
      {data?.items.map((event) => (
        <EventLine key={event.id} event={event} leads={event.miner_id !== null && here.has(event.miner_id)} />
      ))}
      {data?.items.length === 0 ? <p className="text-muted">{t('events.none')}</p> : null}
      {!data && error ? (
        <ErrorState
          title={t('events.error')}
          detail={asProblem(error).detail}
          action={
            <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
              {t('retry')}
            </Button>
          }
        />
      ) : null}
      {data || error ? null : <Loading rows={4} rowHeight={36} />}
    </Card>
  )
}

function EventLine({ event, leads }: { event: Event; leads: boolean }) {
  const { t } = useTranslation('dashboard')
  const { icon: Sign, colour } = SIGNS[event.level]
  return (
    <div className="flex gap-2.5 border-line border-t py-2 first:border-t-0 first:pt-0 last:pb-0">
      <Sign size={16} aria-hidden className={`mt-0.5 shrink-0 ${colour}`} />
      <p className="min-w-0 grow break-words text-sm">
        <span className="sr-only">{t(`events.level.${event.level}`)}: </span>
        {leads ? (
          <Link
            to="/miners/$id"
            params={{ id: String(event.miner_id) }}
            className="rounded-sm hover:underline"
          >
            {event.text}
          </Link>
        ) : (
          event.text
        )}
      </p>
      <time
        dateTime={event.at}
        title={exactTime(event.at)}
        className="nums shrink-0 text-muted text-xs leading-5"
      >
        {clock(event.at)}
      </time>
    </div>
  )
}
