import { useEffect, useState } from 'react'
import { useInstallOffer } from '@/entities/house/install.ts'
import { useMedia } from '@/lib/use-media.ts'
import { deviceOf, type Facts } from './abilities.ts'

/** Asks the browser. What it takes a moment to say is unknown until then. */
export function useFacts(): Facts | undefined {
  const offer = useInstallOffer()
  const standalone = useMedia('(display-mode: standalone)')
  const kept = useKept()
  if (kept === undefined) {
    return undefined
  }
  return {
    secure: window.isSecureContext,
    workers: 'serviceWorker' in navigator,
    kept,
    offer,
    standalone,
    clipboard: 'clipboard' in navigator,
    notifications: 'Notification' in window,
    device: deviceOf(navigator.userAgent, navigator.maxTouchPoints),
  }
}

/** Whether a worker is kept for this page, as soon as it is known. */
function useKept(): boolean | undefined {
  const [kept, setKept] = useState<boolean | undefined>(() =>
    'serviceWorker' in navigator ? undefined : false,
  )
  useEffect(() => {
    if (!('serviceWorker' in navigator)) {
      return
    }
    let left = false
    const look = async () => {
      const registration = await navigator.serviceWorker.getRegistration(document.baseURI)
      if (!left) {
        setKept(registration !== undefined)
      }
    }
    void look()
    // On the very first visit the worker may arrive after this page.
    void navigator.serviceWorker.ready.then(look)
    return () => {
      left = true
    }
  }, [])
  return kept
}
