import type { ReactNode } from 'react'

const LOOKS = {
  bad: 'border-bad bg-bad-surface',
  warn: 'border-warn bg-warn-surface',
  plain: 'border-line bg-surface',
}

interface Props {
  /** Bad news interrupts a screen reader; everything else waits for a pause. */
  look: keyof typeof LOOKS
  children: ReactNode
}

export function Notice({ look, children }: Props) {
  return (
    <div role={look === 'bad' ? 'alert' : 'status'} className={`rounded-lg border px-4 py-3 ${LOOKS[look]}`}>
      {children}
    </div>
  )
}
