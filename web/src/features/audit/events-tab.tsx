import { Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { Event, Level } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, exactTime } from '@/lib/time.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import type { Icon } from '@/ui/icon.ts'
import { Pill, type PillTone } from '@/ui/pill.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import { Segmented } from '@/ui/tabs.tsx'
import type { PageProps } from './audit-page.tsx'
import { useEvents } from './queries.ts'

const LOOKS: Record<Level, { tone: PillTone; icon: Icon }> = {
  info: { tone: 'neutral', icon: Info },
  warning: { tone: 'warn', icon: TriangleAlert },
  error: { tone: 'bad', icon: OctagonAlert },
}

const ROW = 52

/** What the house noticed, newest first. */
export function EventsTab({ search, onSearch }: PageProps) {
  const { t } = useTranslation('audit')
  const events = useEvents(search)
  const rows = events.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card title={t('events.title')} flush>
      <div className="px-4 pb-3">
        <Segmented
          label={t('events.level')}
          value={search.level ?? 'all'}
          onValueChange={(level) => onSearch({ level: level === 'all' ? undefined : level })}
          options={[
            { value: 'all', label: t('events.all') },
            { value: 'warning', label: t('level.warning') },
            { value: 'error', label: t('level.error') },
          ]}
        />
      </div>
      {events.isPending ? <Loading rows={8} rowHeight={ROW} className="px-4" /> : null}
      {events.isError && rows.length === 0 ? (
        <ErrorState
          title={t('events.error')}
          detail={asProblem(events.error).detail}
          action={<Button onClick={() => void events.refetch()}>{t('again')}</Button>}
        />
      ) : null}
      {events.isSuccess && rows.length === 0 ? (
        <Empty
          icon={Info}
          title={t(search.level ? 'events.empty' : 'events.none')}
          reason={t('events.emptyHint')}
        />
      ) : null}
      <ol className="divide-y divide-line border-line border-t empty:hidden">
        {rows.map((event) => (
          <Line key={event.id} event={event} />
        ))}
      </ol>
      {events.hasNextPage ? (
        <div className="flex justify-center border-line border-t p-3">
          <Button busy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      ) : null}
    </Card>
  )
}

function Line({ event }: { event: Event }) {
  const { t } = useTranslation('audit')
  const { tone, icon } = LOOKS[event.level]
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
      <Pill tone={tone} icon={icon}>
        {t(`level.${event.level}`)}
      </Pill>
      <span className="min-w-0 grow basis-60 break-words">{event.text}</span>
      <time dateTime={event.at} title={exactTime(event.at)} className="nums text-muted text-sm">
        {clock(event.at)}
      </time>
    </li>
  )
}
