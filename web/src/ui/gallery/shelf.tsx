import type { ReactNode } from 'react'
import { Card } from '../card.tsx'

/** One part in its states. */
export function Shelf({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card title={title}>
      <div className="grid gap-4">{children}</div>
    </Card>
  )
}

/** Pieces side by side. */
export function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>
}
