import { cva, type VariantProps } from 'class-variance-authority'
import type { ReactNode } from 'react'
import type { Icon } from './icon.ts'

const look = cva(
  'inline-flex max-w-full shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 py-0.5 font-medium text-xs',
  {
    variants: {
      tone: {
        good: 'bg-good-soft text-good',
        warn: 'bg-warn-soft text-warn',
        bad: 'bg-bad-soft text-bad',
        neutral: 'bg-subtle text-muted',
        accent: 'bg-accent-soft text-accent',
        champion: 'bg-champion-soft text-champion',
      },
    },
  },
)

export type PillTone = NonNullable<VariantProps<typeof look>['tone']>

interface Props {
  tone: PillTone
  /** Never colour alone: a state has a picture and a word. */
  icon?: Icon | undefined
  children: ReactNode
}

/** A state in one word. */
export function Pill({ tone, icon: Sign, children }: Props) {
  return (
    <span className={look({ tone })}>
      {Sign ? <Sign size={14} aria-hidden className="shrink-0" /> : null}
      <span className="truncate">{children}</span>
    </span>
  )
}
