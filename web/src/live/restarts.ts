/** Notices that the manager has been started anew: maybe as another version. */
export class Restarts {
  #epoch: number | undefined
  readonly #listeners = new Set<() => void>()

  /** The feed says with each beginning which start of the manager it comes from. */
  seen(epoch: number): void {
    const before = this.#epoch
    this.#epoch = epoch
    if (before !== undefined && before !== epoch) {
      for (const listener of this.#listeners) {
        listener()
      }
    }
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const restarts = new Restarts()
