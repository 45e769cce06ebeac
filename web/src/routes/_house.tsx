import { createFileRoute } from '@tanstack/react-router'
import { entrance } from '@/app/entrance.ts'
import { Shell } from '@/app/layout/shell.tsx'
import { fleetOptions } from '@/live/fleet.ts'
import { houseNowOptions } from '@/live/house-now.ts'

export const Route = createFileRoute('/_house')({
  beforeLoad: ({ context, location }) => entrance(context.cache, location.href),
  loader: ({ context }) => {
    // Begun here, awaited by whoever needs it: the frame of the page need not wait.
    void context.cache.prefetchQuery(fleetOptions)
    void context.cache.prefetchQuery(houseNowOptions)
  },
  component: Shell,
})
