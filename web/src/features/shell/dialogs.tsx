import { lazy, Suspense, useEffect } from 'react'
import { whenIdle } from '@/lib/when-idle.ts'
import type { Asked } from './ask.ts'

const PARTS = {
  'all-off': () => import('./all-off-dialog.tsx').then(({ AllOffDialog }) => ({ default: AllOffDialog })),
  'hands-off': () =>
    import('./hands-off-dialog.tsx').then(({ HandsOffDialog }) => ({ default: HandsOffDialog })),
  mode: () => import('./mode-dialog.tsx').then(({ ModeDialog }) => ({ default: ModeDialog })),
  menu: () => import('./drawer.tsx').then(({ Drawer }) => ({ default: Drawer })),
  palette: () => import('./palette.tsx').then(({ Palette }) => ({ default: Palette })),
  keys: () => import('./keys-dialog.tsx').then(({ KeysDialog }) => ({ default: KeysDialog })),
}

/** What may be pressed in a hurry, or typed into at once, must be there already. */
const URGENT = ['all-off', 'hands-off', 'mode', 'menu', 'palette'] as const

const DIALOGS = {
  'all-off': lazy(PARTS['all-off']),
  'hands-off': lazy(PARTS['hands-off']),
  mode: lazy(PARTS.mode),
  menu: lazy(PARTS.menu),
  palette: lazy(PARTS.palette),
  keys: lazy(PARTS.keys),
}

/** The one that was asked for. */
export function Dialogs({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  useEffect(() => whenIdle(fetchUrgent), [])
  const Asked = asked && DIALOGS[asked]
  // The boundary is always there: React shows a new one empty for a while, and what is typed meanwhile is lost.
  return <Suspense>{Asked ? <Asked onClose={onClose} /> : null}</Suspense>
}

/** After the page, and before anybody could have found the button. What fails now is tried again when it is pressed. */
function fetchUrgent(): void {
  void Promise.allSettled(URGENT.map((name) => PARTS[name]()))
}
