import { type RefObject, useEffect } from 'react'

/** The arrow keys move the focus between the search field and the questions on the page. */
export function useWalk(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (page.current?.contains(document.activeElement) && walk(page.current, event.key)) {
        event.preventDefault()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [page])
}

/** Moves the focus along the questions, from the search field on. Says whether the key was one for that. */
function walk(page: HTMLElement, key: string): boolean {
  const stops = [...page.querySelectorAll<HTMLElement>('input[type="search"], summary')]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  const inField = stops[at] instanceof HTMLInputElement
  const next = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    // In the field these two belong to the text.
    Home: inField ? -1 : 1,
    End: inField ? -1 : stops.length - 1,
  }[key]
  const stop = next === undefined || at < 0 ? undefined : stops[next]
  stop?.focus()
  return stop !== undefined
}
