import { lazy, Suspense, useEffect } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { whenIdle } from '@/lib/when-idle.ts'
import { useMinerSearch } from './use-search.ts'

/** Forms and dialogs come after the page that they are opened from, and before anybody could have found the button. */
const fetchAsked = () => import('./asked.tsx').then(({ Asked }) => ({ default: Asked }))
const Asked = lazy(fetchAsked)

/** The question that the address bar holds. */
export function Asks({ miner }: { miner: Miner }) {
  const { search, ask } = useMinerSearch()
  // What fails now is tried again when it is asked for.
  useEffect(() => whenIdle(() => void fetchAsked().catch(() => undefined)), [])
  return (
    <Suspense>
      {search.ask ? <Asked miner={miner} asked={search.ask} onClose={() => ask(undefined)} /> : null}
    </Suspense>
  )
}
