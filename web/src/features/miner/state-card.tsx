import { Link } from '@tanstack/react-router'
import type { Command, Miner } from '@/api/generated/types.gen.ts'
import { CommandNote } from '@/entities/miner/command-note.tsx'
import { useCommandWords } from '@/entities/miner/command-pill.tsx'
import { isSettled, useCommandOutcome } from '@/entities/miner/commands.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, clock, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Card } from '@/ui/card.tsx'
import { StaleMark } from '@/ui/state.tsx'
import { useRecentCommands } from './queries.ts'
import { actorName, commandsToShow, localTimes, troubleOf } from './words.ts'

const TICK_MS = 10_000

/** Why it is in its state, who wants it, until when and what comes next; and what was sent to it last. */
export function StateCard({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const operator = useMay('operator')
  const now = useNow(TICK_MS)
  const trouble = troubleOf(miner)
  return (
    <Card title={t('state.title')} aside={<ReadAt miner={miner} now={now} />}>
      <p className="max-w-[80ch] break-words text-lg">{localTimes(miner.sentence, now)}</p>
      <p className="mt-1 text-muted text-sm">{t('state.since', { since: clock(miner.state_since, now) })}</p>
      {trouble ? (
        <p className="mt-2 break-words text-sm text-warn">{t('state.trouble', { words: trouble })}</p>
      ) : null}
      {operator ? <CommandsNow id={miner.id} now={now} /> : null}
    </Card>
  )
}

function ReadAt({ miner: { latest, stale }, now }: { miner: Miner; now: number }) {
  const { t } = useTranslation('miner')
  if (!latest) {
    return t('state.neverRead')
  }
  const age = ago(latest.at, now)
  return (
    <time dateTime={latest.at} title={exactTime(latest.at)}>
      {stale ? <StaleMark age={t('state.staleRead', { age })} /> : t('state.read', { age })}
    </time>
  )
}

function CommandsNow({ id, now }: { id: number; now: number }) {
  const { t } = useTranslation('miner')
  const { data } = useRecentCommands(id, true)
  const shown = commandsToShow(data?.items ?? [], now)
  if (shown.length === 0) {
    return null
  }
  return (
    <div className="mt-3 grid gap-2 border-line border-t pt-3">
      {shown.map((command) => (
        <CommandNow key={command.id} command={command} now={now} />
      ))}
      <Link
        to="."
        search={(before) => ({ ...before, tab: 'commands' as const })}
        className="justify-self-start rounded-sm text-accent text-sm underline underline-offset-2"
      >
        {t('command.all')}
      </Link>
    </div>
  )
}

function CommandNow({ command, now }: { command: Command; now: number }) {
  const { t } = useTranslation('miner')
  const say = useCommandWords()
  // The feed tells of each step of a command as it happens; the list comes after.
  const followed = useCommandOutcome(isSettled(command.state) ? undefined : command.id).command
  return (
    <div className="grid gap-1">
      <p className="text-sm">
        <span className="font-medium">{say(command)}</span>
        <span className="text-muted">
          {' · '}
          {t('command.by', { name: actorName(command.actor) ?? t('command.manager') })}
          {' · '}
          {ago(command.planned_at, now)}
        </span>
      </p>
      <CommandNote command={followed ?? command} />
    </div>
  )
}
