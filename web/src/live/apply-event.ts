import type { QueryClient } from '@tanstack/react-query'
import {
  getCommandQueryKey,
  getJobQueryKey,
  getModeQueryKey,
  getSystemQueryKey,
  listCommandsQueryKey,
  listEventsQueryKey,
  listJobsQueryKey,
} from '@/api/generated/@tanstack/react-query.gen.ts'
import type { LiveFrame, Snapshot, SystemNow } from '@/api/generated/types.gen.ts'
import { type Fleet, fleetOptions, withMiners, withReadings } from './fleet.ts'
import { restarts } from './restarts.ts'

/** What the feed says of the whole house; see `useHouseNow`. */
export const HOUSE_NOW_KEY = ['house-now'] as const

/** The larger fleets come in pieces; nothing is shown until the last has come. */
interface Beginning {
  fleet: Fleet
  total: number
}

/** Folds the feed into the query cache. One for each connection: a snapshot may go on over several messages. */
export class EventFold {
  readonly #cache: QueryClient
  #beginning: Beginning | undefined

  constructor(cache: QueryClient) {
    this.#cache = cache
  }

  apply(frame: LiveFrame, now: number): void {
    switch (frame.type) {
      case 'snapshot':
        this.#begin(frame, now)
        return
      case 'reading':
        this.#fleet((fleet) => withReadings(fleet, frame.items, now))
        return
      case 'miner':
        this.#fleet((fleet) => withMiners(fleet, frame.items, frame.gone, now))
        return
      case 'command':
        this.#cache.setQueryData(getCommandQueryKey({ path: { id: frame.command.id } }), frame.command)
        this.#outdated(listCommandsQueryKey())
        return
      case 'event':
        this.#outdated(listEventsQueryKey())
        return
      case 'job':
        this.#cache.setQueryData(getJobQueryKey({ path: { id: frame.job.id } }), frame.job)
        this.#outdated(listJobsQueryKey())
        return
      case 'system':
        this.#system(frame.system)
        return
      case 'ping':
        return
      default:
        frame satisfies never
    }
  }

  #begin(snapshot: Snapshot, now: number): void {
    restarts.seen(snapshot.epoch)
    this.#beginning = { fleet: { miners: [], at: now }, total: snapshot.miners_total }
    this.#system(snapshot.system)
    this.#fleet((fleet) => withMiners(fleet, snapshot.miners, [], now))
  }

  #fleet(change: (fleet: Fleet) => Fleet): void {
    const beginning = this.#beginning
    if (!beginning) {
      // Nobody has loaded it yet: a part would pass for the whole.
      this.#cache.setQueryData(fleetOptions.queryKey, (fleet) => fleet && change(fleet))
      return
    }
    beginning.fleet = change(beginning.fleet)
    if (beginning.fleet.miners.length >= beginning.total) {
      this.#beginning = undefined
      this.#cache.setQueryData(fleetOptions.queryKey, beginning.fleet)
    }
  }

  #system(system: SystemNow): void {
    this.#cache.setQueryData(HOUSE_NOW_KEY, system)
    this.#outdated(getSystemQueryKey())
    this.#outdated(getModeQueryKey())
  }

  #outdated(queryKey: readonly unknown[]): void {
    // What is being asked already is not asked twice: the answer may be a moment old, the next change says so.
    void this.#cache.invalidateQueries({ queryKey }, { cancelRefetch: false })
  }
}
