import { useQuery } from '@tanstack/react-query'
import { ChevronsDown, CircleSlash } from 'lucide-react'
import { listCommandsOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { MinerCommand } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { CommandPill } from '@/entities/miner/command-pill.tsx'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Pill } from '@/ui/pill.tsx'
import { Progress } from '@/ui/progress.tsx'
import { type Outcome, outcomesOf, restless } from './all-off.ts'

const ASK_EVERY_MS = 2_000
/** As many as one answer holds; a fleet has at most as many miners. */
const NEWEST = 1_000

/** What became of each miner, followed until all is settled. */
export function AllOffOutcome({
  answers,
  onClose,
}: {
  answers: readonly MinerCommand[]
  onClose: () => void
}) {
  const { t } = useTranslation('shell')
  const { data: fleet } = useFleet()
  const withoutRest = restless(fleet?.miners ?? [])
  const outcomes = useOutcomes(answers, withoutRest)
  const count = (sort: Outcome['sort']) => outcomes.items.filter((one) => one.sort === sort).length
  const trouble = count('trouble')
  const able = answers.filter(({ miner_id }) => !withoutRest.has(miner_id)).length
  const lowest = answers.length - able
  const nameOf = (id: number) =>
    fleet?.miners.find((miner) => miner.id === id)?.name ?? t('pages.miner', { id })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('allOff.outcome')}
      description={t('allOff.outcomeText')}
      footer={
        <Button data-autofocus onClick={onClose}>
          {t('common:ui.close')}
        </Button>
      }
    >
      <div className="grid gap-4">
        {outcomes.problem ? <Banner tone="warn">{outcomes.problem.detail}</Banner> : null}
        {answers.length === 0 ? <p>{t('allOff.nobody')}</p> : null}
        {able > 0 ? <Progress done={count('done')} total={able} label={t('allOff.confirmed')} /> : null}
        {trouble > 0 ? <Banner tone="bad">{t('allOff.trouble', { count: trouble })}</Banner> : null}
        {lowest > 0 ? <Banner tone="warn">{t('allOff.lowestNow', { count: lowest })}</Banner> : null}
        <ul className="divide-y divide-line">
          {outcomes.items.map((outcome) => (
            <li key={outcome.minerId} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="min-w-0 grow truncate font-medium">{nameOf(outcome.minerId)}</span>
              <State outcome={outcome} />
              {outcome.why ? <p className="w-full text-muted text-sm">{outcome.why}</p> : null}
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

function State({ outcome: { state, why, sort } }: { outcome: Outcome }) {
  const { t } = useTranslation('shell')
  if (sort === 'lowest') {
    return (
      <Pill tone="warn" icon={ChevronsDown}>
        {t('allOff.lowestMode')}
      </Pill>
    )
  }
  if (state) {
    return <CommandPill state={state} />
  }
  return (
    <Pill tone={why ? 'warn' : 'neutral'} icon={CircleSlash}>
      {t(why ? 'allOff.notAsked' : 'allOff.lookingUp')}
    </Pill>
  )
}

/** One list for all of them: asking for each command on its own would be as many calls as miners. */
function useOutcomes(answers: readonly MinerCommand[], withoutRest: ReadonlySet<number>) {
  const { data, error } = useQuery({
    ...listCommandsOptions({ query: { limit: NEWEST } }),
    refetchInterval: ({ state }) => {
      const now = outcomesOf(answers, byId(state.data?.items), withoutRest)
      return now.some(({ sort }) => sort === 'waiting') ? ASK_EVERY_MS : false
    },
  })
  return {
    items: outcomesOf(answers, byId(data?.items), withoutRest),
    problem: error ? asProblem(error) : undefined,
  }
}

const byId = <Item extends { id: number }>(items: readonly Item[] | undefined) =>
  new Map(items?.map((item) => [item.id, item]))
