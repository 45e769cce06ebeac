import type { Miner } from '@/api/generated/types.gen.ts'
import { useMay } from '@/entities/person/me.ts'
import { DisableDialog } from './disable-dialog.tsx'
import { PowerDialog } from './power-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RestartDialog } from './restart-dialog.tsx'
import { useMinerSearch } from './use-search.ts'

/** The question that the address bar holds, if this person may ask it. */
export function Asks({ miner }: { miner: Miner }) {
  const { search, ask } = useMinerSearch()
  const admin = useMay('admin')
  const close = () => ask(undefined)
  switch (search.ask) {
    case 'on':
    case 'off':
      return <PowerDialog miner={miner} power={search.ask} onClose={close} />
    case 'restart':
      return <RestartDialog miner={miner} onClose={close} />
    case 'disable':
      return <DisableDialog miner={miner} onClose={close} />
    case 'remove':
      return admin ? <RemoveDialog miner={miner} onClose={close} /> : null
    case undefined:
      return null
    default:
      return search.ask satisfies never
  }
}
