import { lazy, Suspense } from 'react'
import { loadTexts } from '@/lib/i18n.ts'

const Wizard = lazy(async () => {
  const [{ AddMinerDialog }] = await Promise.all([import('./add-miner-dialog.tsx'), loadTexts('add-miner')])
  return { default: AddMinerDialog }
})

/** The wizard, loaded when somebody adds a miner. */
export function AddMiner({ onClose }: { onClose: () => void }) {
  return (
    <Suspense>
      <Wizard onClose={onClose} />
    </Suspense>
  )
}
