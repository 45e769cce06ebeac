import { createContext, useContext } from 'react'

/**
 * Where floating parts (menus, tooltips) are put. An open dialog makes everything outside of it inert,
 * so what floats above a dialog must live inside it.
 */
export const Layer = createContext<HTMLElement | null>(null)

/** The element for a portal; undefined stands for the page itself. */
export function useLayer(): HTMLElement | undefined {
  return useContext(Layer) ?? undefined
}
