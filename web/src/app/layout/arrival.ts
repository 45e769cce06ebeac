import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/**
 * Arriving at another page moves the focus to its heading, as a page that is loaded would: a screen reader says where one
 * is, and the next Tab begins there. A change of filters or ranges moves nothing.
 */
export function useArrival(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        // The first page of a visit: the browser has said it all.
        if (fromLocation && pathChanged) {
          focusHeading()
        }
      }),
    [router],
  )
}

function focusHeading(): void {
  const main = document.querySelector<HTMLElement>('main')
  const field = main?.querySelector<HTMLElement>('[data-autofocus]')
  if (field) {
    // A page that is nothing but a form begins with its first field.
    field.focus()
    return
  }
  const place = main?.querySelector<HTMLElement>('h1') ?? main
  if (!place) {
    return
  }
  place.tabIndex = -1
  // It is a place and not a control: a ring around it would only look broken.
  place.style.outline = 'none'
  place.focus({ preventScroll: true })
}
