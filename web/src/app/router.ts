import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { PageTrouble } from './layout/trouble-page.tsx'
import { routeTree } from './route-tree.gen.ts'

/** What every route's loader may use. */
export interface RouterContext {
  cache: QueryClient
}

export function makeRouter(cache: QueryClient) {
  return createRouter({
    routeTree,
    context: { cache },
    // The manager may live below a path of a larger site; the page's base says which.
    basepath: new URL(document.baseURI).pathname,
    defaultPreload: 'intent',
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    // What goes wrong on a page stays on that page: the frame with its buttons is still there.
    defaultErrorComponent: PageTrouble,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
