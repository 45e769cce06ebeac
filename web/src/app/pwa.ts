import { newVersion } from '@/entities/house/new-version.ts'
import { restarts } from '@/live/restarts.ts'

/**
 * Keeps the page on this device, where the browser allows it, and notices a new version of it. Over plain http on a home
 * network there is no service worker; then only the second half is left. Nothing is reloaded without being asked for.
 */
export async function startPwa(): Promise<void> {
  restarts.listen(() => void lookForNewer())
  // A part of the page that is not there any more: the manager has been updated meanwhile, or there is no network.
  window.addEventListener('vite:preloadError', () => void lookForNewer())
  const registration = await register()
  if (!registration) {
    return
  }
  announce(registration)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => announce(registration))
  })
  restarts.listen(() => void registration.update().catch(unreachable))
}

async function register(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) {
    return undefined
  }
  try {
    return await navigator.serviceWorker.register(new URL('sw.js', document.baseURI), {
      scope: new URL('.', document.baseURI).href,
      updateViaCache: 'none',
    })
  } catch {
    // A certificate that this device does not trust, or a browser that keeps nothing: the page works without, and the
    // Install page says what is missing.
    return undefined
  }
}

/** A worker that waits has the files of another version than the one that is shown. */
function announce({ waiting }: ServiceWorkerRegistration): void {
  if (waiting && navigator.serviceWorker.controller) {
    newVersion.ready(() => {
      navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), {
        once: true,
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is of our own origin and takes none
      waiting.postMessage({ type: 'SKIP_WAITING' })
    })
  }
}

/** The manager's own page tells which version it is; where a worker answers for it, which version that one has. */
async function lookForNewer(): Promise<void> {
  try {
    const answer = await fetch(document.baseURI, { cache: 'no-cache', headers: { accept: 'text/html' } })
    if (answer.ok && isNewer(await answer.text(), document)) {
      newVersion.ready(() => window.location.reload())
    }
  } catch {
    unreachable()
  }
}

/** Nothing answered. The page says so elsewhere, and the next restart or missing part asks again. */
function unreachable(): void {}

/** Whether `html` begins with another script than the page that is open. */
export function isNewer(html: string, open: Document): boolean {
  const theirs = beginningOf(new DOMParser().parseFromString(html, 'text/html'))
  return theirs !== undefined && theirs !== beginningOf(open)
}

function beginningOf(page: Document): string | undefined {
  return page.querySelector('script[type="module"][src]')?.getAttribute('src') ?? undefined
}
