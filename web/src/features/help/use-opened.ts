import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Leads to the question that the address asks for. */
export function useOpened(place: string | undefined): void {
  const router = useRouter()
  useEffect(() => {
    if (place === undefined) {
      return
    }
    const go = () => {
      const question = document.getElementById(place)
      question?.scrollIntoView({ block: 'start' })
      question?.querySelector('summary')?.focus({ preventScroll: true })
    }
    go()
    // A page that has just been opened is scrolled to its top once more when all of it is there.
    return router.subscribe('onRendered', go)
  }, [place, router])
}
