import { Plus } from 'lucide-react'
import type { DiscoveryResult } from '@/api/generated/types.gen.ts'
import { MinerName } from '@/entities/miner/miner-name.tsx'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Pill, type PillTone } from '@/ui/pill.tsx'
import { type Standing, standingOf } from './standing.ts'
import type { Fate } from './use-add-found.ts'

interface Props {
  found: DiscoveryResult
  fate: Fate | undefined
  /** Whether it is one of those to be added; `undefined` where there is nothing to choose from. */
  ticked: boolean | undefined
  onTick: () => void
  onAdd: () => void
  onFollow: () => void
}

const TONE: Record<Standing, PillTone> = {
  new: 'accent',
  known: 'good',
  moved: 'warn',
  disputed: 'bad',
}

/** One device that answered, what it is to the house, and what can be done about it. */
export function FoundRow({ found, fate, ticked, onTick, onAdd, onFollow }: Props) {
  const { t } = useTranslation('discovery')
  const { data: fleet } = useFleet()
  const standing = standingOf(found)
  const known = fleet?.miners.find(({ id }) => id === found.known_miner_id)
  const name = known?.name ?? found.name_suggestion
  const facts = [found.model ?? found.family, found.address, found.mac].filter(Boolean).join(' · ')
  const busy = fate === 'busy'
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      {standing === 'new' && ticked !== undefined ? (
        <input
          type="checkbox"
          className="size-[18px] shrink-0 accent-accent"
          aria-label={t('found.select', { name })}
          checked={ticked}
          onChange={onTick}
        />
      ) : null}
      <div className="min-w-0 grow basis-52">
        <p className="flex font-medium">{known ? <MinerName miner={known} /> : name}</p>
        <p className="nums break-words text-muted text-sm">{facts}</p>
      </div>
      <Pill tone={TONE[standing]}>{t(`found.${standing}`)}</Pill>
      {standing === 'new' ? (
        <Button size="sm" icon={Plus} busy={busy} aria-label={t('found.addThis', { name })} onClick={onAdd}>
          {t('found.add')}
        </Button>
      ) : null}
      {standing === 'moved' ? (
        <Button size="sm" busy={busy} aria-label={t('found.followThis', { name })} onClick={onFollow}>
          {t('found.follow')}
        </Button>
      ) : null}
      <Why found={found} standing={standing} />
      {fate && fate !== 'busy' ? (
        <p role="alert" className="w-full text-bad text-sm">
          {fate.detail}
        </p>
      ) : null}
    </li>
  )
}

/** What a person has to know before they decide. */
function Why({ found, standing }: { found: DiscoveryResult; standing: Standing }) {
  const { t } = useTranslation('discovery')
  const { data: fleet } = useFleet()
  const moved = found.moved_from
  const was = fleet?.miners.find(({ id }) => id === moved?.miner_id)?.name
  const text =
    standing === 'disputed'
      ? t('found.disputedWhy', { addresses: found.claimants.join(', ') })
      : moved
        ? t(moved.sure ? 'found.movedFrom' : 'found.movedMaybe', {
            name: was ?? t('found.moveOf', { id: moved.miner_id }),
            address: moved.address,
          })
        : standing === 'new' && (found.identity.kind === 'none' || found.identity.kind === 'worker')
          ? t('found.weak')
          : undefined
  return text ? <p className="w-full text-muted text-sm">{text}</p> : null
}
