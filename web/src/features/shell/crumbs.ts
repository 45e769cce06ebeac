import { PAGES } from './pages.ts'

/** One station on the way to a page. Its name is a key of the texts, or the name of a miner. */
export type Crumb =
  | { kind: 'page'; name: string; path: string | undefined }
  | { kind: 'miner'; id: number; path: string }

const SETTINGS = '/settings/'

/** The way to a page, the page itself last. Nothing for a page that is on no map. */
export function crumbsOf(pathname: string): Crumb[] {
  const path = pathname === '/' ? pathname : pathname.replace(/\/$/, '')
  const miner = /^\/miners\/(\d+)$/.exec(path)
  if (miner) {
    return [...crumbsOf('/miners'), { kind: 'miner', id: Number(miner[1]), path }]
  }
  const page = PAGES.find((known) => known.path === path)
  if (page) {
    const own: Crumb = { kind: 'page', name: page.name, path }
    return page.path.startsWith(SETTINGS) ? [{ kind: 'page', name: 'settings', path: undefined }, own] : [own]
  }
  return path in ALONE ? [{ kind: 'page', name: ALONE[path] ?? '', path }] : []
}

/** Pages that no list leads to. */
const ALONE: Record<string, string> = { '/welcome': 'welcome', '/gallery': 'gallery' }
