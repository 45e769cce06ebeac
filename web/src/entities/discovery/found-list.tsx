import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { DiscoveryResult } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { FoundRow } from './found-row.tsx'
import { addable } from './standing.ts'
import { useAddFound } from './use-add-found.ts'

/** What a look round has found: what is in the house already, what has moved, and what could be added. */
export function FoundList({ found }: { found: readonly DiscoveryResult[] }) {
  const { t } = useTranslation('discovery')
  const { fates, add, follow, busy } = useAddFound()
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set())
  const fresh = addable(found)
  const selected = fresh.filter((id) => ticked.has(id))
  const tick = (id: number) =>
    setTicked((before) => {
      const after = new Set(before)
      if (!after.delete(id)) {
        after.add(id)
      }
      return after
    })
  const some = selected.length > 0
  return (
    <section aria-label={t('found.title')} className="grid gap-2">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h2 className="font-semibold">{t('found.count', { count: found.length })}</h2>
        {fresh.length > 1 ? (
          <Button size="sm" icon={Plus} busy={busy} onClick={() => add(some ? selected : fresh)}>
            {some
              ? t('found.addSelected', { count: selected.length })
              : t('found.addAll', { count: fresh.length })}
          </Button>
        ) : null}
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {found.map((one) => (
          <FoundRow
            key={one.id}
            found={one}
            fate={fates.get(one.id)}
            ticked={fresh.length > 1 ? ticked.has(one.id) : undefined}
            onTick={() => tick(one.id)}
            onAdd={() => add([one.id])}
            onFollow={() => follow(one.id)}
          />
        ))}
      </ul>
      <p className="text-muted text-sm">{t('found.names')}</p>
    </section>
  )
}
