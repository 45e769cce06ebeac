import { CircleCheck, Target } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useMay } from '@/entities/person/me.ts'
import { joined, megahertz, millivolts } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { whenIdle } from '@/lib/when-idle.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { RadioCards } from '@/ui/choice.tsx'
import { Pill } from '@/ui/pill.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'
import { useModes } from './queries.ts'
import { WishLine } from './wish-line.tsx'
import { type ModeChoice, modeChoices } from './words.ts'

/** Comes after the page, and before anybody could have picked a mode. */
const fetchForm = () => import('./mode-form.tsx').then(({ ModeForm }) => ({ default: ModeForm }))
const ModeForm = lazy(fetchForm)

/** How it runs, how somebody wants it to run, and for an operator the choice. */
export function ModeCard({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const operation = useHouseNow()?.mode
  const operator = useMay('operator')
  const modes = useModes(miner)
  const [picked, setPicked] = useState<string>()
  // What fails now is tried again when it is picked.
  useEffect(() => whenIdle(() => void fetchForm().catch(() => undefined)), [])
  const wanted = miner.desired.mode
  const name = (id: string) =>
    modes.data?.items.find((mode) => mode.id === id)?.label ?? word(`mode.${id}`, { defaultValue: id })
  const running = miner.observed.mode
  const choices = modes.data ? modeChoices(modes.data, miner, operation) : []
  return (
    <Card
      title={t('mode.title')}
      aside={running === null ? t('mode.notSeen') : t('mode.runs', { mode: name(running) })}
    >
      <div className="grid gap-3">
        <WishLine
          miner={miner}
          field="mode"
          wish={wanted}
          value={name(wanted?.value ?? '')}
          backTo={wanted?.goes_back_to ? name(wanted.goes_back_to) : undefined}
        />
        {modes.isError ? (
          <ErrorState
            title={t('failed.modes')}
            detail={asProblem(modes.error).detail}
            action={<Button onClick={() => void modes.refetch()}>{t('again')}</Button>}
          />
        ) : null}
        {modes.isPending ? <Loading rows={3} rowHeight={60} /> : null}
        {modes.data && choices.length === 0 ? (
          <p className="text-muted text-sm">{t(miner.firmware === null ? 'not.read' : 'not.mode')}</p>
        ) : null}
        {choices.length > 0 && operator ? (
          <RadioCards
            legend={t('mode.choose')}
            legendHidden
            name={`mode-${miner.id}`}
            value={picked ?? wanted?.value ?? running ?? undefined}
            onValueChange={setPicked}
            options={choices.map((choice) => ({
              value: choice.mode.id,
              label: <ModeLabel choice={choice} />,
              hint: <Point choice={choice} />,
              ...(choice.not ? { disabledReason: t(choice.not) } : {}),
            }))}
          />
        ) : null}
        {operator ? null : <ModeList choices={choices} />}
        <Suspense fallback={<Loading rows={2} />}>
          {picked && operator ? (
            <ModeForm
              key={picked}
              miner={miner}
              mode={picked}
              name={name(picked)}
              label={name}
              onDone={() => setPicked(undefined)}
            />
          ) : null}
        </Suspense>
      </div>
    </Card>
  )
}

function ModeLabel({ choice: { mode, runs, wanted } }: { choice: ModeChoice }) {
  const { t } = useTranslation('miner')
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {mode.label}
      {runs ? (
        <Pill tone="good" icon={CircleCheck}>
          {t('mode.runsNow')}
        </Pill>
      ) : null}
      {wanted ? (
        <Pill tone="accent" icon={Target}>
          {t('mode.wanted')}
        </Pill>
      ) : null}
    </span>
  )
}

/** The settings behind the name, as far as the device has them. */
function Point({ choice: { mode } }: { choice: ModeChoice }) {
  const { t } = useTranslation('miner')
  const parts = [
    mode.frequency_mhz === null ? undefined : joined(megahertz(mode.frequency_mhz)),
    mode.core_voltage_mv === null ? undefined : joined(millivolts(mode.core_voltage_mv)),
    mode.level === null ? undefined : t('mode.level', { level: mode.level }),
  ]
  return <span className="nums">{parts.filter(Boolean).join(' · ')}</span>
}

function ModeList({ choices }: { choices: readonly ModeChoice[] }) {
  return (
    <ul className="grid gap-2">
      {choices.map((choice) => (
        <li key={choice.mode.id} className="rounded-lg border border-line p-3">
          <div className="font-medium text-base">
            <ModeLabel choice={choice} />
          </div>
          <div className="text-muted text-sm">
            <Point choice={choice} />
          </div>
        </li>
      ))}
    </ul>
  )
}
