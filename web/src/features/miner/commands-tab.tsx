import { History } from 'lucide-react'
import type { Command, Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { CommandPill, useCommandWords } from '@/entities/miner/command-pill.tsx'
import { isSettled } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock, duration, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Empty, ErrorState, Loading } from '@/ui/state.tsx'
import { useCommandHistory } from './queries.ts'
import { actorName, onBehalfOf, tookSeconds } from './words.ts'

const TICK_MS = 60_000
const ROW = 76

/** Everything that was ever sent to this miner, newest first: who, why, and what came of it. */
export function CommandsTab({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const now = useNow(TICK_MS)
  const history = useCommandHistory(miner.id)
  const commands = history.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card title={t('history.title')} flush>
      {history.isPending ? <Loading rows={6} rowHeight={ROW} className="px-4" /> : null}
      {history.isError && commands.length === 0 ? (
        <ErrorState
          title={t('failed.history')}
          detail={asProblem(history.error).detail}
          action={<Button onClick={() => void history.refetch()}>{t('again')}</Button>}
        />
      ) : null}
      {history.isSuccess && commands.length === 0 ? (
        <Empty icon={History} title={t('history.empty')} reason={t('history.emptyHint')} />
      ) : null}
      {commands.length > 0 ? (
        <ol className="divide-y divide-line border-line border-t">
          {commands.map((command) => (
            <Row key={command.id} command={command} now={now} />
          ))}
        </ol>
      ) : null}
      {history.hasNextPage ? (
        <div className="flex justify-center border-line border-t p-3">
          <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            {t('history.older')}
          </Button>
        </div>
      ) : null}
    </Card>
  )
}

function Row({ command, now }: { command: Command; now: number }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const say = useCommandWords()
  const took = tookSeconds(command)
  const name = actorName(command.actor) ?? t('command.manager')
  const owner = onBehalfOf(command)
  // Before that the reason only says that it waits.
  const settled = isSettled(command.state)
  return (
    <li className="grid gap-1 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <CommandPill state={command.state} />
        <span className="font-medium text-base">{say(command)}</span>
        <time
          dateTime={command.planned_at}
          title={exactTime(command.planned_at)}
          className="nums ml-auto text-muted text-sm"
        >
          {clock(command.planned_at, now)}
        </time>
      </div>
      <p className="break-words text-muted text-sm">
        {owner ? t('history.for', { name, owner: word(`owner.${owner}`) }) : name}
        {settled && command.reason ? ` · ${command.reason}` : null}
        {took === null || took < 1 ? null : ` · ${t('history.took', { time: duration(took) })}`}
      </p>
      {command.reply ? (
        <p className="break-words text-sm">{word('command.reply', { words: command.reply })}</p>
      ) : null}
    </li>
  )
}
