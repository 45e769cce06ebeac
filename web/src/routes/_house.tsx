import { createFileRoute } from '@tanstack/react-router'
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
  loader: ({ context }) => {
    // Begun here, awaited by whoever needs it: the frame of the page need not wait.
    void context.cache.prefetchQuery(fleetOptions)
    void context.cache.prefetchQuery(houseNowOptions)
    return loadTexts('shell', 'miner-words')
  },
  component: Shell,
  errorComponent: TroublePage,
})
