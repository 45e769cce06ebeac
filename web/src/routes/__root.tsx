import { createRootRouteWithContext } from '@tanstack/react-router'
import { Root } from '@/app/layout/root.tsx'
import { NotFoundPage, TroublePage } from '@/app/layout/trouble-page.tsx'
import type { RouterContext } from '@/app/router.ts'

export const Route = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: TroublePage,
  notFoundComponent: NotFoundPage,
})
