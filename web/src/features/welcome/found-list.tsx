import { Plus } from 'lucide-react'
import type { DiscoveryResult } from '@/api/generated/types.gen.ts'
import { MinerName } from '@/entities/miner/miner-name.tsx'
import { useFleet } from '@/entities/miner/queries.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { useAddFound } from './use-add-found.ts'

/** What a look round has found: what is in the house already, and what could be. */
export function FoundList({ found }: { found: readonly DiscoveryResult[] }) {
  const { t } = useTranslation('setup')
  const { fates, add, busy } = useAddFound()
  const fresh = found.filter(({ known_miner_id }) => known_miner_id === null)
  return (
    <section aria-label={t('found.title')} className="grid gap-2">
      <div className="flex min-h-9 items-center justify-between gap-3">
        <h2 className="font-semibold">{t('found.count', { count: found.length })}</h2>
        {fresh.length > 1 ? (
          <Button size="sm" icon={Plus} busy={busy} onClick={() => void add(fresh.map(({ id }) => id))}>
            {t('found.addAll', { count: fresh.length })}
          </Button>
        ) : null}
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {found.map((one) => (
          <FoundRow key={one.id} found={one} fate={fates.get(one.id)} onAdd={() => void add([one.id])} />
        ))}
      </ul>
      <p className="text-muted text-sm">{t('found.names')}</p>
    </section>
  )
}

interface RowProps {
  found: DiscoveryResult
  fate: ReturnType<typeof useAddFound>['fates'] extends ReadonlyMap<number, infer Fate>
    ? Fate | undefined
    : never
  onAdd: () => void
}

function FoundRow({ found, fate, onAdd }: RowProps) {
  const { t } = useTranslation('setup')
  const { data: fleet } = useFleet()
  const known = fleet?.miners.find(({ id }) => id === found.known_miner_id)
  const facts = [found.model ?? found.family, found.address, found.mac].filter(Boolean).join(' · ')
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <div className="min-w-0 grow basis-52">
        <p className="flex font-medium">{known ? <MinerName miner={known} /> : found.name_suggestion}</p>
        <p className="nums break-words text-muted text-sm">{facts}</p>
      </div>
      {found.known_miner_id === null ? (
        <Button
          size="sm"
          icon={Plus}
          busy={fate === 'adding'}
          aria-label={t('found.addThis', { name: found.name_suggestion })}
          onClick={onAdd}
        >
          {t('found.add')}
        </Button>
      ) : (
        <span className="text-good text-sm">{t('found.known')}</span>
      )}
      {fate && fate !== 'adding' ? (
        <p role="alert" className="w-full text-bad text-sm">
          {fate.detail}
        </p>
      ) : null}
    </li>
  )
}
