import { useEffect, useEffectEvent } from 'react'
import type { Ask } from './ask.ts'

/** The keys that work on every page. */
export function useHotkeys(ask: Ask): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || document.querySelector('dialog[open]')) {
      return
    }
    const command = event.ctrlKey || event.metaKey
    if (command && !event.shiftKey && event.key.toLowerCase() === 'k') {
      // Browsers put the cursor into their own search otherwise.
      event.preventDefault()
      ask('palette')
    } else if (!command && event.key === '?' && !isTyping(event.target)) {
      event.preventDefault()
      ask('keys')
    }
  })
  useEffect(() => {
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  )
}

/** How the key beside K is called on this device. */
export const commandKey = () => (/mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl')
