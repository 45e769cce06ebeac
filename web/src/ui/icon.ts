import type { ComponentType } from 'react'

/** An icon is handed over as a part, not as an element: the piece that shows it decides size and silence. */
export type Icon = ComponentType<{
  size?: number | string
  className?: string
  'aria-hidden'?: boolean | 'true' | 'false'
}>
