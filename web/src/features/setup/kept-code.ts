/** Survives a reload in the middle of setting up, and nothing else: it belongs to this tab and goes when it was used. */
const PLACE = 'hmm.setup-code'

/** Holds it where the browser forbids storage; it then lasts as long as the page. */
let unstored: string | undefined

export function keepCode(code: string): void {
  unstored = code
  try {
    sessionStorage.setItem(PLACE, code)
  } catch {
    // Not allowed on this device: a reload asks for the code again.
  }
}

export function keptCode(): string | undefined {
  try {
    return sessionStorage.getItem(PLACE) ?? unstored
  } catch {
    return unstored
  }
}

export function dropCode(): void {
  unstored = undefined
  try {
    sessionStorage.removeItem(PLACE)
  } catch {
    // Where nothing may be kept, nothing was kept.
  }
}
