import type { Command, CommandState, Miner, MinerCommand } from '@/api/generated/types.gen.ts'
import { isSettled } from '@/entities/miner/commands.ts'

/** Whom *All off now* reaches. */
export interface Reach {
  /** Will be told. */
  told: number
  /** Know no way to rest: they go to their lowest mode instead. */
  lowest: number
  /** Disabled: left alone. */
  disabled: number
}

const cannotRest = (miner: Miner) => miner.capabilities.power_off === 'none'

export function reachOf(miners: readonly Miner[]): Reach {
  const enabled = miners.filter((miner) => miner.enabled)
  const lowest = enabled.filter(cannotRest).length
  return { told: enabled.length - lowest, lowest, disabled: miners.length - enabled.length }
}

/** Whose confirmed *off* is only the lowest mode. */
export const restless = (miners: readonly Miner[]): Set<number> =>
  new Set(miners.filter(cannotRest).map(({ id }) => id))

/** What became of one miner's command. */
export interface Outcome {
  minerId: number
  /** `undefined` where nothing could be asked of it, or where its command has not been looked up yet. */
  state: CommandState | undefined
  /** The reason, where something did not go as asked. */
  why: string | undefined
  sort: 'trouble' | 'lowest' | 'waiting' | 'done'
}

const ORDER = { trouble: 0, lowest: 1, waiting: 2, done: 3 }

/** Each answer with its command as far as it is known; what needs a look comes first. */
export function outcomesOf(
  answers: readonly MinerCommand[],
  commands: ReadonlyMap<number, Command>,
  withoutRest: ReadonlySet<number>,
): Outcome[] {
  return answers
    .map(({ miner_id, command_id, error }) => {
      const outcome = outcomeOf(miner_id, commands.get(command_id ?? -1), error)
      const lowest = outcome.sort === 'done' && withoutRest.has(miner_id)
      return lowest ? { ...outcome, sort: 'lowest' as const } : outcome
    })
    .toSorted((a, b) => ORDER[a.sort] - ORDER[b.sort] || a.minerId - b.minerId)
}

function outcomeOf(minerId: number, command: Command | undefined, error: string | null): Outcome {
  if (error !== null) {
    return { minerId, state: undefined, why: error, sort: 'trouble' }
  }
  if (!command || !isSettled(command.state)) {
    return { minerId, state: command?.state, why: undefined, sort: 'waiting' }
  }
  const done = command.state === 'confirmed' || command.state === 'superseded'
  return {
    minerId,
    state: command.state,
    why: done ? undefined : (command.reply ?? command.reason),
    sort: done ? 'done' : 'trouble',
  }
}
