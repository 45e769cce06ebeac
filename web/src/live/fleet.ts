import { queryOptions } from '@tanstack/react-query'
import { listMiners } from '@/api/generated/sdk.gen.ts'
import type { Miner, ReadingNow } from '@/api/generated/types.gen.ts'

/** Every miner of the house, in the order of their ids. Replaced, never changed in place. */
export interface Fleet {
  readonly miners: readonly Miner[]
  /** When the newest of it was told, in milliseconds. */
  readonly at: number
}

const PAGE = 1000

/** The whole fleet in one entry of the cache; the live feed keeps it fresh. */
export const fleetOptions = queryOptions({
  queryKey: ['fleet'],
  queryFn: async ({ signal }): Promise<Fleet> => {
    const miners: Miner[] = []
    let cursor: string | undefined
    do {
      const { data } = await listMiners({ query: { limit: PAGE, cursor }, signal, throwOnError: true })
      miners.push(...data.items)
      cursor = data.next ?? undefined
    } while (cursor !== undefined)
    return { miners: miners.toSorted(byId), at: Date.now() }
  },
  // The feed tells every change; asking again is for when it was away (see feed.ts).
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
})

const byId = (a: Miner, b: Miner) => a.id - b.id

/** Miners that are new or changed, and those that are gone. */
export function withMiners(
  fleet: Fleet,
  items: readonly Miner[],
  gone: readonly number[],
  at: number,
): Fleet {
  const fresh = new Map(items.map((miner) => [miner.id, miner]))
  const left = new Set(gone)
  const kept = fleet.miners
    .filter((miner) => !left.has(miner.id))
    .map((miner) => fresh.get(miner.id) ?? miner)
  const known = new Set(kept.map((miner) => miner.id))
  const added = items.filter((miner) => !known.has(miner.id) && !left.has(miner.id))
  return { miners: added.length > 0 ? [...kept, ...added].toSorted(byId) : kept, at }
}

/** Fresh readings. A miner that is not known yet comes whole, in a message of its own. */
export function withReadings(fleet: Fleet, items: readonly ReadingNow[], at: number): Fleet {
  const fresh = new Map(items.map((reading) => [reading.miner_id, reading]))
  return { miners: fleet.miners.map((miner) => withReading(miner, fresh.get(miner.id))), at }
}

function withReading(miner: Miner, reading: ReadingNow | undefined): Miner {
  if (!reading) {
    return miner
  }
  const { miner_id: _, ...facts } = reading
  return { ...miner, ...facts }
}
