import { createFileRoute } from '@tanstack/react-router'
import { getHouseOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { entrance } from '@/app/entrance.ts'
import { Shell } from '@/app/layout/shell.tsx'
import { TroublePage } from '@/app/layout/trouble-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'
import { fleetOptions } from '@/live/fleet.ts'
import { houseNowOptions } from '@/live/house-now.ts'

interface Search {
  /** The wizard for one more miner stands open. */
  add?: 1
}

export const Route = createFileRoute('/_house')({
  validateSearch: ({ add }): Search => (add === 1 ? { add } : {}),
  beforeLoad: ({ context, location }) => entrance(context.cache, location.href),
  loader: async ({ context: { cache } }) => {
    // Begun here, awaited by whoever needs it: the frame of the page need not wait.
    void cache.prefetchQuery(fleetOptions)
    // What stands above every page is known before the first of it is painted: nothing moves down later. Asked once: a
    // page without a network does not wait for one.
    await Promise.all([
      cache.prefetchQuery({ ...houseNowOptions, retry: false }),
      cache.prefetchQuery({ ...getHouseOptions(), staleTime: Number.POSITIVE_INFINITY, retry: false }),
      loadTexts('shell', 'miner-words'),
    ])
  },
  component: Shell,
  errorComponent: TroublePage,
})
