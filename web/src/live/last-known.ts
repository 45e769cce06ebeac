import type { QueryClient } from '@tanstack/react-query'
import { meQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { MeBody, SystemNow } from '@/api/generated/types.gen.ts'
import { HOUSE_NOW_KEY } from './apply-event.ts'
import { type Fleet, fleetOptions } from './fleet.ts'

const PLACE = 'hmm.last-known'
/** Another form of the record than this program writes is not read. */
const FORM = 1
const KEEP_EVERY_MS = 60_000

interface LastKnown {
  form: typeof FORM
  me: MeBody
  fleet: Fleet
  house: SystemNow
}

/** Keeps what the page knows on this device, for the hour in which the house cannot be reached. */
export function keepLastKnown(cache: QueryClient): () => void {
  const keep = () => write(cache)
  const whenHidden = () => document.hidden && keep()
  const timer = setInterval(keep, KEEP_EVERY_MS)
  document.addEventListener('visibilitychange', whenHidden)
  window.addEventListener('pagehide', keep)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', whenHidden)
    window.removeEventListener('pagehide', keep)
  }
}

function write(cache: QueryClient): void {
  const me = cache.getQueryData<MeBody>(meQueryKey())
  const fleet = cache.getQueryData<Fleet>(fleetOptions.queryKey)
  const house = cache.getQueryData<SystemNow>(HOUSE_NOW_KEY)
  // What was seen on a visit to the demo is not what this device knows of the house.
  if (!me || !fleet || !house || house.demo_visit) {
    return
  }
  const record: LastKnown = { form: FORM, me, fleet, house }
  try {
    localStorage.setItem(PLACE, JSON.stringify(record))
  } catch {
    // No room, or not allowed on this device: then there is no last known state, and the page says so by not showing one.
    forgetLastKnown()
  }
}

/** Puts the last known state into the cache. Returns when it was true, or nothing where there is none. */
export function recallLastKnown(cache: QueryClient): number | undefined {
  const record = read()
  if (!record) {
    return undefined
  }
  cache.setQueryData(meQueryKey(), record.me)
  cache.setQueryData(fleetOptions.queryKey, record.fleet)
  cache.setQueryData(HOUSE_NOW_KEY, record.house)
  return record.fleet.at
}

/** For signing out: what was shown is nobody else's business. */
export function forgetLastKnown(): void {
  try {
    localStorage.removeItem(PLACE)
  } catch {
    // Where nothing may be kept, nothing was kept.
  }
}

function read(): LastKnown | undefined {
  try {
    const record: LastKnown | null = JSON.parse(localStorage.getItem(PLACE) ?? 'null')
    return record?.form === FORM ? record : undefined
  } catch {
    return undefined
  }
}
