import { RANGES, type Range } from '@/lib/ranges.ts'

/** What the address bar holds of this page. Read by the route before anything of the page is loaded: keep it small. */

export const TABS = ['now', 'tuning', 'commands', 'raw', 'settings'] as const
export type Tab = (typeof TABS)[number]

/** What the page asks before it does it. */
const ASKS = ['off', 'on', 'restart', 'disable', 'remove'] as const
export type Ask = (typeof ASKS)[number]

export interface MinerSearch {
  /** `now`, when absent. */
  tab?: Tab
  /** `24h`, when absent. */
  range?: Range
  /** A part of the charts looked at more closely, in milliseconds. */
  from?: number
  to?: number
  ask?: Ask
}

/** What cannot be used is left out: an old or mistyped address still opens the page. */
export function minerSearch(search: Record<string, unknown>): MinerSearch {
  const { from, to } = search
  const zoomed = isTime(from) && isTime(to) && from < to
  return {
    ...one('tab', TABS, search.tab),
    ...one('range', RANGES, search.range),
    ...(zoomed ? { from, to } : {}),
    ...one('ask', ASKS, search.ask),
  }
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0

function one<Key extends string, Value extends string>(
  key: Key,
  known: readonly Value[],
  value: unknown,
): Partial<Record<Key, Value>> {
  const found = known.find((candidate) => candidate === value)
  return found === undefined ? {} : ({ [key]: found } as Record<Key, Value>)
}
