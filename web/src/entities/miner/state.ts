import {
  CircleCheck,
  CircleHelp,
  CircleOff,
  CirclePause,
  CircleX,
  Flame,
  LoaderCircle,
  Moon,
  Power,
  TriangleAlert,
} from 'lucide-react'
import type { Desired, Miner, MinerState } from '@/api/generated/types.gen.ts'
import type { Icon } from '@/ui/icon.ts'
import type { PillTone } from '@/ui/pill.tsx'

/** What a person would call the state of a miner: heat protection at work says more than "paused" or "mining". */
export type Condition = MinerState | 'hot'

/** In the order in which people look for trouble last: what runs comes first. */
export const CONDITIONS = [
  'mining',
  'hot',
  'idle',
  'booting',
  'paused',
  'off',
  'stuck',
  'offline',
  'unknown',
  'disabled',
] as const satisfies readonly Condition[]

const LOOKS: Record<Condition, { tone: PillTone; icon: Icon }> = {
  mining: { tone: 'good', icon: CircleCheck },
  hot: { tone: 'warn', icon: Flame },
  idle: { tone: 'warn', icon: Moon },
  booting: { tone: 'accent', icon: LoaderCircle },
  paused: { tone: 'neutral', icon: CirclePause },
  off: { tone: 'neutral', icon: Power },
  stuck: { tone: 'bad', icon: TriangleAlert },
  offline: { tone: 'bad', icon: CircleX },
  unknown: { tone: 'neutral', icon: CircleHelp },
  disabled: { tone: 'neutral', icon: CircleOff },
}

export function conditionLook(condition: Condition): { tone: PillTone; icon: Icon } {
  return LOOKS[condition]
}

/** A silent or disabled miner may still be held down on paper; what can be seen of it comes first. */
const SEEN: ReadonlySet<MinerState> = new Set(['mining', 'idle', 'booting', 'paused', 'off', 'stuck'])

export function conditionOf(miner: Pick<Miner, 'state' | 'desired'>): Condition {
  return heldByHeat(miner.desired) && SEEN.has(miner.state) ? 'hot' : miner.state
}

/** Heat protection holds it down. */
export function heldByHeat({ power, mode }: Desired): boolean {
  return power?.owner === 'safety' || mode?.owner === 'safety'
}
