import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getCommandOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import {
  changeMiner,
  endOverride,
  identify,
  restart,
  setMode,
  setPower,
  tuning,
} from '@/api/generated/sdk.gen.ts'
import type {
  Command,
  CommandState,
  Miner,
  ModeWish,
  PowerWish,
  TuningBody,
} from '@/api/generated/types.gen.ts'
import type { Problem } from '@/api/problem.ts'
import { asProblem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { useLiveStatus } from '@/live/status.ts'

/** Nothing here is optimistic: whether a device obeys is seen in its next reading and not before. */

type Sent<Wish> = UseMutationResult<number, Error, Wish>

/** One press, one key: however often the network repeats it, it is done once. */
const once = () => ({ 'Idempotency-Key': newKey() })

/** `mutate({mode, until?})`; answers with the command's id, for `useCommandOutcome`. */
export function useSetMode(id: number): Sent<ModeWish> {
  return useMutation({
    mutationFn: async (body: ModeWish) =>
      (await setMode({ path: { id }, body, headers: once(), throwOnError: true })).data.command_id,
  })
}

export function useSetPower(id: number): Sent<PowerWish> {
  return useMutation({
    mutationFn: async (body: PowerWish) =>
      (await setPower({ path: { id }, body, headers: once(), throwOnError: true })).data.command_id,
  })
}

export function useTuning(id: number): Sent<TuningBody> {
  return useMutation({
    mutationFn: async (body: TuningBody) =>
      (await tuning({ path: { id }, body, headers: once(), throwOnError: true })).data.command_id,
  })
}

export function useRestart(id: number): Sent<void> {
  return useMutation({
    mutationFn: async () =>
      (await restart({ path: { id }, headers: once(), throwOnError: true })).data.command_id,
  })
}

export function useIdentify(id: number): Sent<void> {
  return useMutation({
    mutationFn: async () =>
      (await identify({ path: { id }, headers: once(), throwOnError: true })).data.command_id,
  })
}

/** Ends a person's wish for one field; what follows arrives with the feed. */
export function useEndOverride(id: number): UseMutationResult<void, Error, 'power' | 'mode' | 'pool'> {
  return useMutation({
    mutationFn: async (field: 'power' | 'mode' | 'pool') => {
      await endOverride({ path: { id }, query: { field }, headers: once(), throwOnError: true })
    },
  })
}

/** Takes a miner into the house's care, or leaves it alone. */
export function useEnable(id: number): UseMutationResult<Miner, Error, boolean> {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (enabled: boolean) =>
      (await changeMiner({ path: { id }, body: { enabled }, headers: once(), throwOnError: true })).data,
    onSuccess: (miner) =>
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      ),
  })
}

const SETTLED: ReadonlySet<CommandState> = new Set([
  'refused',
  'confirmed',
  'unconfirmed',
  'failed',
  'superseded',
])

export const isSettled = (state: CommandState) => SETTLED.has(state)

/** The feed tells every change; asking is for what it may have missed. */
const ASK_LIVE_MS = 10_000
const ASK_ALONE_MS = 2_000

export interface CommandOutcome {
  /** `undefined` until the first answer. */
  command: Command | undefined
  settled: boolean
  /** Why it could not be followed. The command itself may have gone its way. */
  problem: Problem | undefined
}

/** Follows a command until it is settled. */
export function useCommandOutcome(commandId: number | undefined): CommandOutcome {
  const alone = useLiveStatus().kind !== 'live'
  const { data, error } = useQuery({
    ...getCommandOptions({ path: { id: commandId ?? 0 } }),
    enabled: commandId !== undefined,
    refetchInterval: ({ state }) => {
      if (state.data && isSettled(state.data.state)) {
        return false
      }
      return alone ? ASK_ALONE_MS : ASK_LIVE_MS
    },
  })
  const command = commandId === undefined ? undefined : data
  return {
    command,
    settled: command !== undefined && isSettled(command.state),
    problem: error ? asProblem(error) : undefined,
  }
}
