import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { NotFoundPage, TroublePage } from '@/app/layout/trouble-page.tsx'
import type { RouterContext } from '@/app/router.ts'

export const Route = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: TroublePage,
  notFoundComponent: NotFoundPage,
})
