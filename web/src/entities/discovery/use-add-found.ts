import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addResults, followResult } from '@/api/generated/sdk.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem, type Problem } from '@/api/problem.ts'
import { fleetOptions, withMiners } from '@/live/fleet.ts'
import { FOUND_KEY } from './use-scan.ts'

export type Fate = 'busy' | Problem

/** So many are asked for in one call: what became of them shows meanwhile. */
const AT_ONCE = 5

/** Adds found devices, a few at a time; one that refuses does not keep the others out. Or follows one that has moved. */
export function useAddFound() {
  const cache = useQueryClient()
  const [fates, setFates] = useState<ReadonlyMap<number, Fate>>(new Map())
  const set = (ids: readonly number[], fate: (id: number) => Fate | undefined) =>
    setFates((before) => {
      const after = new Map(before)
      for (const id of ids) {
        const now = fate(id)
        if (now) {
          after.set(id, now)
        } else {
          after.delete(id)
        }
      }
      return after
    })
  const addSome = async (ids: number[]) => {
    try {
      const { items } = (await addResults({ body: { ids }, ...once() })).data
      const problems = new Map(items.map(({ id, problem }) => [id, problem]))
      await cache.invalidateQueries({ queryKey: FOUND_KEY })
      set(ids, (id) => problems.get(id) ?? undefined)
    } catch (error) {
      const problem = asProblem(error)
      set(ids, () => problem)
    }
  }
  const add = useMutation({
    mutationFn: async (ids: readonly number[]) => {
      set(ids, () => 'busy')
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        await addSome(ids.slice(from, from + AT_ONCE))
      }
      await cache.invalidateQueries({ queryKey: fleetOptions.queryKey })
    },
  })
  const follow = useMutation({
    mutationFn: async (id: number) => {
      set([id], () => 'busy')
      return (await followResult({ path: { id }, ...once() })).data
    },
    onSuccess: async (miner, id) => {
      cache.setQueryData(
        fleetOptions.queryKey,
        (fleet) => fleet && withMiners(fleet, [miner], [], Date.now()),
      )
      await cache.invalidateQueries({ queryKey: FOUND_KEY })
      set([id], () => undefined)
    },
    onError: (error, id) => {
      const problem = asProblem(error)
      set([id], () => problem)
    },
  })
  return { fates, add: add.mutate, follow: follow.mutate, busy: add.isPending }
}
