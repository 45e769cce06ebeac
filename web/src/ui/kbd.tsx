import type { ReactNode } from 'react'

/** A key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid min-w-5 place-items-center rounded-md border border-line bg-subtle px-1 font-medium font-sans text-2xs text-muted">
      {children}
    </kbd>
  )
}
