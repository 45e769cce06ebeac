import { useSyncExternalStore } from 'react'

/** The page of another version than the one that is open, once there is one. Reloading is left to whoever reads it. */
class NewVersion {
  #reload: (() => void) | undefined
  readonly #listeners = new Set<() => void>()

  get = (): (() => void) | undefined => this.#reload

  ready(reload: () => void): void {
    this.#reload = reload
    for (const listener of this.#listeners) {
      listener()
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const newVersion = new NewVersion()

/** What shows the new version, if there is one. */
export function useNewVersion(): (() => void) | undefined {
  return useSyncExternalStore(newVersion.subscribe, newVersion.get)
}
