import { useSyncExternalStore } from 'react'

/** How the page hears of the house. */
export type LiveStatus =
  /** Nothing has been heard yet. */
  | { kind: 'connecting' }
  /** Every change arrives as it happens. */
  | { kind: 'live' }
  /** Nobody looks at the page, so nothing is sent. */
  | { kind: 'resting' }
  /** The line broke; what is shown is from `since` (milliseconds). */
  | { kind: 'reconnecting'; since: number }
  /** The device has no network, or the manager has not answered for a while. */
  | { kind: 'offline'; since: number }

type Listener = () => void

/** The one place where the page's link to the house is known. */
export class StatusBoard {
  #status: LiveStatus = { kind: 'connecting' }
  readonly #listeners = new Set<Listener>()

  get = (): LiveStatus => this.#status

  set(status: LiveStatus): void {
    this.#status = status
    for (const listener of this.#listeners) {
      listener()
    }
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const liveStatus = new StatusBoard()

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(liveStatus.subscribe, liveStatus.get)
}
