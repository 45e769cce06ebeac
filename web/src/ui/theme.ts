import { useSyncExternalStore } from 'react'

/** What a person chose. `system` follows the device, also while the page is open. */
export type Theme = 'light' | 'dark' | 'system'
/** What is shown. */
export type Shade = 'light' | 'dark'

const KEY = 'hmm.theme'
const SYSTEM_DARK = '(prefers-color-scheme: dark)'

const listeners = new Set<() => void>()
/** Holds the choice where the browser forbids storage; it then lasts as long as the page. */
let unstored: Theme | undefined

function asTheme(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}

function chosen(): Theme {
  if (unstored) {
    return unstored
  }
  try {
    return asTheme(localStorage.getItem(KEY))
  } catch {
    return 'system'
  }
}

export function shadeOf(theme: Theme, systemIsDark: boolean): Shade {
  if (theme === 'system') {
    return systemIsDark ? 'dark' : 'light'
  }
  return theme
}

function shown(): Shade {
  return shadeOf(chosen(), matchMedia(SYSTEM_DARK).matches)
}

function apply() {
  const root = document.documentElement
  root.dataset.theme = shown()
  // The bar of a phone's browser takes the colour of the page; the style sheet stays the only one that names it.
  const page = getComputedStyle(root).getPropertyValue('--page').trim()
  const meta = document.querySelector('meta[name="theme-color"]')
  if (page && meta) {
    meta.setAttribute('content', page)
  }
  for (const listener of listeners) {
    listener()
  }
}

function setTheme(theme: Theme) {
  try {
    if (theme === 'system') {
      localStorage.removeItem(KEY)
    } else {
      localStorage.setItem(KEY, theme)
    }
    unstored = undefined
  } catch {
    unstored = theme
  }
  apply()
}

/** Follows the system and other tabs. Called once where the app starts. */
export function watchTheme(): () => void {
  const system = matchMedia(SYSTEM_DARK)
  const elsewhere = (event: StorageEvent) => {
    // A null key means that everything was cleared.
    if (event.key === KEY || event.key === null) {
      apply()
    }
  }
  system.addEventListener('change', apply)
  window.addEventListener('storage', elsewhere)
  apply()
  return () => {
    system.removeEventListener('change', apply)
    window.removeEventListener('storage', elsewhere)
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The chosen theme, and the way to choose another. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  return { theme: useSyncExternalStore(subscribe, chosen), setTheme }
}

/** What is on screen now; for what is painted by script and must be painted anew. */
export function useShade(): Shade {
  return useSyncExternalStore(subscribe, shown)
}
