import { createContext, useContext } from 'react'

/** What can be opened from several places: a button, the palette, a key. One at a time. */
export type Asked = 'all-off' | 'hands-off' | 'mode' | 'palette' | 'keys' | 'menu'

export type Ask = (asked: Asked) => void

export const AskContext = createContext<Ask | undefined>(undefined)

export function useAsk(): Ask {
  const ask = useContext(AskContext)
  if (!ask) {
    throw new Error('useAsk needs the shell around it')
  }
  return ask
}
