import type { Miner } from '@/api/generated/types.gen.ts'
import { useMay } from '@/entities/person/me.ts'
import { DisableDialog } from './disable-dialog.tsx'
import { PowerDialog } from './power-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RestartDialog } from './restart-dialog.tsx'
import type { Ask } from './search.ts'

interface Props {
  miner: Miner
  asked: Ask
  onClose: () => void
}

/** The question that was asked for, if this person may ask it. */
export function Asked({ miner, asked, onClose }: Props) {
  const admin = useMay('admin')
  switch (asked) {
    case 'on':
    case 'off':
      return <PowerDialog miner={miner} power={asked} onClose={onClose} />
    case 'restart':
      return <RestartDialog miner={miner} onClose={onClose} />
    case 'disable':
      return <DisableDialog miner={miner} onClose={onClose} />
    case 'remove':
      return admin ? <RemoveDialog miner={miner} onClose={onClose} /> : null
    default:
      return asked satisfies never
  }
}
