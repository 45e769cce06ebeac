import { getRouteApi } from '@tanstack/react-router'
import type { Ask, MinerSearch } from './search.ts'

const route = getRouteApi('/_house/miners/$id')

/** What the address bar holds of this page, and the way to change it. */
export function useMinerSearch() {
  const search: MinerSearch = route.useSearch()
  const navigate = route.useNavigate()
  /** A tab is a place to go back to; a range, a zoom or a question is not. */
  const change = (to: MinerSearch, kept: 'step' | 'replace' = 'replace') =>
    void navigate({
      search: (before) => ({ ...before, ...to }),
      replace: kept === 'replace',
      resetScroll: false,
    })
  return { search, change, ask: (ask: Ask | undefined) => change({ ask }) }
}
