import type { Miner } from '@/api/generated/types.gen.ts'
import { Measure } from '@/entities/miner/measure.tsx'
import { ReadingAge } from '@/entities/miner/reading-age.tsx'
import { TagPill } from '@/entities/miner/tag-pill.tsx'
import { temperature } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'

/** Below the name: what it is, and how old its numbers are where they are old. */
export function Below({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner-words')
  return (
    <span className="flex min-w-0 items-center gap-2 overflow-hidden text-muted text-xs">
      <span className="truncate">
        {miner.model ?? t(`family.${miner.family}`, { defaultValue: miner.family })}
      </span>
      {miner.stale ? <ReadingAge miner={miner} /> : null}
    </span>
  )
}

/** The chip's temperature; it stands out where heat protection would act. */
export function Heat({ miner, unit }: { miner: Miner; unit?: string }) {
  const celsius = miner.latest?.temperature_c ?? null
  const hot = celsius !== null && !miner.stale && celsius > miner.temperature_limit_c
  return (
    <span className={hot ? 'font-semibold text-warn' : undefined}>
      <Measure of={temperature(celsius)} stale={miner.stale} unit={unit} />
    </span>
  )
}

/** The mode that runs, and the one that is wanted where that is another. */
export function ModeCell({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner-words')
  const word = (mode: string) => t(`mode.${mode}`, { defaultValue: mode })
  const { mode } = miner.observed
  const wanted = miner.desired.mode?.value
  return (
    <span className="block min-w-0">
      <span className={miner.stale ? 'block truncate text-muted' : 'block truncate'}>
        {mode ? word(mode) : '–'}
      </span>
      {wanted !== undefined && wanted !== mode ? (
        <span className="block truncate text-muted text-xs">{t('wanted', { mode: word(wanted) })}</span>
      ) : null}
    </span>
  )
}

/** Its tags, as many as there is room for. */
export function Tags({ tags }: { tags: readonly string[] }) {
  return tags.length === 0 ? (
    <span className="text-muted">–</span>
  ) : (
    <span className="flex min-w-0 gap-1 overflow-hidden">
      {tags.map((tag) => (
        <TagPill key={tag} name={tag} />
      ))}
    </span>
  )
}
