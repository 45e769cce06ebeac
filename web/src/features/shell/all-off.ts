import type { Command, CommandState, Miner, MinerCommand } from '@/api/generated/types.gen.ts'
import { isSettled } from '@/entities/miner/commands.ts'

/** Whom *All off now* reaches. */
export interface Reach {
  /** Will be told. */
  told: number
  /** Know no way to rest: the manager cannot switch them off. */
  without: number
  /** Disabled: left alone. */
  disabled: number
}

export function reachOf(miners: readonly Miner[]): Reach {
  const enabled = miners.filter((miner) => miner.enabled)
  const without = enabled.filter((miner) => miner.capabilities.power_off === 'none').length
  return { told: enabled.length - without, without, disabled: miners.length - enabled.length }
}

/** What became of one miner's command. */
export interface Outcome {
  minerId: number
  /** `undefined` where nothing could be asked of it, or where its command has not been looked up yet. */
  state: CommandState | undefined
  /** The reason, where something did not go as asked. */
  why: string | undefined
  sort: 'trouble' | 'waiting' | 'done'
}

const ORDER = { trouble: 0, waiting: 1, done: 2 }

/** Each answer with its command as far as it is known; what needs a look comes first. */
export function outcomesOf(
  answers: readonly MinerCommand[],
  commands: ReadonlyMap<number, Command>,
): Outcome[] {
  return answers
    .map(({ miner_id, command_id, error }) => outcomeOf(miner_id, commands.get(command_id ?? -1), error))
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
