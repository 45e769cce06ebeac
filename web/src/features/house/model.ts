import { getMiners, getMode, getSystem, type Mode } from '@/api/client.ts'

/** What the page shows of the house at one moment. */
export interface House {
  version: string
  mode: Mode
  /** Where *back* leads from PAUSED; both ways are offered where the server does not know. */
  waysBack: Mode[]
  miners: number
  mining: number
}

export async function readHouse(): Promise<House> {
  const [system, { mode, before }, miners] = await Promise.all([getSystem(), getMode(), getMiners()])
  return {
    version: system.version,
    mode,
    waysBack: waysBack(mode, before),
    miners: miners.length,
    mining: miners.filter((miner) => miner.state === 'mining').length,
  }
}

export function waysBack(mode: Mode, before: Mode | null | undefined): Mode[] {
  if (mode !== 'paused') {
    return []
  }
  return before && before !== 'paused' ? [before] : ['dry_run', 'live']
}

export const MODE_NAMES: Record<Mode, string> = { live: 'LIVE', dry_run: 'DRY-RUN', paused: 'PAUSED' }

export const MODE_MEANINGS: Record<Mode, string> = {
  live: 'The manager decides and acts by itself.',
  dry_run:
    'The manager decides and shows what it would do. Only heat protection and your own commands are sent.',
  paused: 'Hands off: nothing is sent to a miner but heat protection.',
}
