import { createContext, useContext, useState } from 'react'

/**
 * Where floating parts (menus, popovers) are put. An open dialog makes everything outside of it inert,
 * so what floats above a dialog must live inside it.
 */
export const Layer = createContext<HTMLElement | null>(null)

/**
 * The element for a portal, looked up when something opens: the dialog around it, or the main part of the page,
 * because what stands outside of every landmark is easily missed with a screen reader.
 */
export function useLayer(): { layer: HTMLElement | null; findLayer: () => void } {
  const dialog = useContext(Layer)
  const [main, setMain] = useState<HTMLElement | null>(null)
  return { layer: dialog ?? main, findLayer: () => setMain(document.querySelector('main')) }
}
