import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addResult } from '@/api/generated/sdk.gen.ts'
import { asProblem, type Problem } from '@/api/problem.ts'
import { newKey } from '@/lib/key.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { FOUND_KEY } from './use-scan.ts'

type Fate = 'adding' | Problem

/** Adds found devices one after the other; one that refuses does not keep the others out. */
export function useAddFound() {
  const cache = useQueryClient()
  const [fates, setFates] = useState<ReadonlyMap<number, Fate>>(new Map())
  const set = (id: number, fate: Fate | undefined) =>
    setFates((before) => {
      const after = new Map(before)
      if (fate) {
        after.set(id, fate)
      } else {
        after.delete(id)
      }
      return after
    })
  const addOne = async (id: number) => {
    try {
      const headers = { 'Idempotency-Key': newKey() }
      const { data: miner } = await addResult({ path: { id }, body: {}, headers, throwOnError: true })
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      )
      await cache.invalidateQueries({ queryKey: FOUND_KEY })
      set(id, undefined)
    } catch (error) {
      set(id, asProblem(error))
    }
  }
  const add = async (ids: readonly number[]) => {
    for (const id of ids) {
      set(id, 'adding')
    }
    for (const id of ids) {
      await addOne(id)
    }
  }
  return { fates, add, busy: [...fates.values()].includes('adding') }
}
