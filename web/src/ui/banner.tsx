import { cva } from 'class-variance-authority'
import { CircleCheck, Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Icon } from './icon.ts'

const look = cva('flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border px-4 py-3 text-base', {
  variants: {
    tone: {
      good: 'border-good/30 bg-good-soft',
      warn: 'border-warn/30 bg-warn-soft',
      bad: 'border-bad/30 bg-bad-soft',
      neutral: 'border-line bg-surface',
      accent: 'border-accent/30 bg-accent-soft',
    },
  },
})

const SIGNS = {
  good: { sign: CircleCheck, colour: 'text-good' },
  warn: { sign: TriangleAlert, colour: 'text-warn' },
  bad: { sign: OctagonAlert, colour: 'text-bad' },
  neutral: { sign: Info, colour: 'text-muted' },
  accent: { sign: Info, colour: 'text-accent' },
}

interface Props {
  tone: keyof typeof SIGNS
  icon?: Icon | undefined
  /** Bad news interrupts a screen reader, other news waits for a pause; `off` for what was there from the start. */
  live?: 'auto' | 'off'
  children: ReactNode
  action?: ReactNode
}

/** Something to know about the page or the part that it stands in. */
export function Banner({ tone, icon, live = 'auto', children, action }: Props) {
  const Sign = icon ?? SIGNS[tone].sign
  const role = tone === 'bad' ? 'alert' : 'status'
  return (
    <div className={look({ tone })}>
      <div className="flex min-w-0 grow basis-56 items-start gap-3">
        <Sign size={18} aria-hidden className={`mt-px shrink-0 ${SIGNS[tone].colour}`} />
        <div role={live === 'off' ? undefined : role} className="min-w-0 grow text-text">
          {children}
        </div>
      </div>
      {action ? <div className="flex flex-wrap gap-2">{action}</div> : null}
    </div>
  )
}
