import { createFileRoute, notFound } from '@tanstack/react-router'
import { houseNowOptions } from '@/live/house-now.ts'
import { Gallery } from '@/ui/gallery.tsx'

/** Every part of the `ui` room, for whoever builds pages; nobody at home needs it. */
export const Route = createFileRoute('/_house/gallery')({
  loader: async ({ context }) => {
    const house = await context.cache.ensureQueryData(houseNowOptions)
    if (!import.meta.env.DEV && !house.demo) {
      throw notFound()
    }
  },
  component: Gallery,
})
