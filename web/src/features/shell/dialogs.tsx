import { lazy, Suspense } from 'react'
import { AllOffDialog } from './all-off-dialog.tsx'
import type { Asked } from './ask.ts'
import { HandsOffDialog } from './hands-off-dialog.tsx'
import { ModeDialog } from './mode-dialog.tsx'

// What may be pressed in a hurry comes with the page; the rest when it is asked for.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))
const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }))

const DIALOGS = {
  'all-off': AllOffDialog,
  'hands-off': HandsOffDialog,
  mode: ModeDialog,
  palette: Palette,
  keys: KeysDialog,
}

/** The one that was asked for. */
export function Dialogs({ asked, onClose }: { asked: Asked | undefined; onClose: () => void }) {
  if (!asked) {
    return null
  }
  const Asked = DIALOGS[asked]
  return (
    <Suspense>
      <Asked onClose={onClose} />
    </Suspense>
  )
}
