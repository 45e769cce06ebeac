import { Outlet } from '@tanstack/react-router'
import { useFeed } from '@/live/use-feed.ts'

/** What is around every page of the house. */
export function Shell() {
  useFeed()
  return (
    <main className="mx-auto w-full max-w-[90rem] px-4 py-6 sm:px-8">
      <Outlet />
    </main>
  )
}
