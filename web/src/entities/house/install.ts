import { useSyncExternalStore } from 'react'

/** What Chromium hands over when the page could be installed. No other browser has it. */
interface InstallEvent extends Event {
  prompt: () => Promise<{ outcome: 'accepted' | 'dismissed' }>
}

/** Keeps the browser's offer until somebody asks for it: it comes once, early, and to whichever page is open. */
class InstallOffer {
  #event: InstallEvent | undefined
  readonly #listeners = new Set<() => void>()

  get = (): InstallEvent | undefined => this.#event

  #set(event: InstallEvent | undefined): void {
    this.#event = event
    for (const listener of this.#listeners) {
      listener()
    }
  }

  watch(): void {
    window.addEventListener('beforeinstallprompt', (event) => {
      // No banner of the browser's: the Install page has a button.
      event.preventDefault()
      this.#set(event as InstallEvent)
    })
    window.addEventListener('appinstalled', () => this.#set(undefined))
  }

  /** Asks the person. An offer can be made once; the browser makes another if it was refused. */
  async take(): Promise<void> {
    const event = this.#event
    this.#set(undefined)
    await event?.prompt()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const installOffer = new InstallOffer()

/** Whether the browser offers to install the page now. */
export function useInstallOffer(): boolean {
  return useSyncExternalStore(installOffer.subscribe, installOffer.get) !== undefined
}
