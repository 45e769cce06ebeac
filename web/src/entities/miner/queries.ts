import { useQuery } from '@tanstack/react-query'
import type { Miner } from '@/api/generated/types.gen.ts'
import { type Fleet, fleetOptions } from '@/live/fleet.ts'

/** All miners, kept fresh by the feed. */
export function useFleet() {
  return useQuery(fleetOptions)
}

/** One of them: `data` is `undefined` while nothing is known and `null` where there is no such miner. */
export function useMiner(id: number) {
  return useQuery({ ...fleetOptions, select: (fleet: Fleet): Miner | null => find(fleet, id) })
}

const find = (fleet: Fleet, id: number) => fleet.miners.find((miner) => miner.id === id) ?? null
