import type { Latest, Miner, PowerSource } from '@/api/generated/types.gen.ts'
import { groupBy } from '@/lib/group.ts'

/** The last reading, if it is fresh enough to be added to others. */
export function freshOf({ latest, stale }: Pick<Miner, 'latest' | 'stale'>): Latest | null {
  return stale ? null : latest
}

/** A miner that rests on purpose is expected to be silent: nothing of it is missing. */
const RESTS = new Set<Miner['state']>(['off', 'disabled'])

/** Sums of what is known, and of how many miners it is known. */
export interface Sum {
  /** `null` where nothing is known of anybody: unknown is not zero. */
  readonly value: number | null
  readonly known: number
  /** Miners that should say it and do not. */
  readonly missing: number
}

export interface AlgorithmTotals {
  readonly algorithm: string
  readonly miners: number
  readonly mining: number
  readonly hashrate_hs: Sum
  readonly power_w: Sum
  /** Watts and hashes of the same miners: those of which both are known and that hash. */
  readonly efficiency: { readonly watts: number; readonly hs: number; readonly miners: number } | null
}

interface PowerTotals extends Sum {
  /** Watts by where the number comes from. */
  readonly by: Readonly<Record<PowerSource, number>>
}

export interface FleetTotals {
  /** Without those that are disabled. */
  readonly miners: number
  readonly mining: number
  readonly disabled: number
  /** One for each algorithm, the one with most miners first; hashrates of different algorithms are never summed. */
  readonly algorithms: readonly AlgorithmTotals[]
  readonly power: PowerTotals
  /** When the oldest of the readings that were added up was taken, in milliseconds. */
  readonly oldest: number | null
}

export function fleetTotals(miners: readonly Miner[]): FleetTotals {
  const taken = miners.filter((miner) => miner.state !== 'disabled')
  const times = taken.flatMap((miner) => freshOf(miner)?.at ?? []).map((at) => Date.parse(at))
  return {
    miners: taken.length,
    mining: count(taken, isMining),
    disabled: miners.length - taken.length,
    algorithms: [...groupBy(taken, (miner) => miner.algorithm)]
      .map(([algorithm, of]) => algorithmTotals(algorithm, of))
      .toSorted((a, b) => b.miners - a.miners || a.algorithm.localeCompare(b.algorithm)),
    power: powerTotals(taken),
    oldest: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
  }
}

function algorithmTotals(algorithm: string, miners: readonly Miner[]): AlgorithmTotals {
  const both = miners.flatMap((miner) => {
    const latest = freshOf(miner)
    const watts = latest?.power_w ?? null
    const hs = latest?.hashrate_hs ?? null
    return watts !== null && hs ? [{ watts, hs }] : []
  })
  return {
    algorithm,
    miners: miners.length,
    mining: count(miners, isMining),
    hashrate_hs: sum(miners, (latest) => latest.hashrate_hs),
    power_w: sum(miners, (latest) => latest.power_w),
    efficiency:
      both.length > 0
        ? { watts: total(both.map((b) => b.watts)), hs: total(both.map((b) => b.hs)), miners: both.length }
        : null,
  }
}

function powerTotals(miners: readonly Miner[]): PowerTotals {
  const by: Record<PowerSource, number> = { measured: 0, plug: 0, estimated: 0 }
  for (const miner of miners) {
    const latest = freshOf(miner)
    if (latest?.power_w != null && latest.power_source) {
      by[latest.power_source] += latest.power_w
    }
  }
  return { ...sum(miners, (latest) => latest.power_w), by }
}

function sum(miners: readonly Miner[], pick: (latest: Latest) => number | null): Sum {
  const values = miners.flatMap((miner) => {
    const latest = freshOf(miner)
    return (latest && pick(latest)) ?? []
  })
  const expected = count(miners, (miner) => freshOf(miner) !== null || !RESTS.has(miner.state))
  return {
    value: values.length > 0 ? total(values) : null,
    known: values.length,
    missing: expected - values.length,
  }
}

const isMining = (miner: Pick<Miner, 'state' | 'stale'>) => miner.state === 'mining' && !miner.stale

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

const count = <T>(items: readonly T[], is: (item: T) => boolean) =>
  items.reduce((n, item) => n + (is(item) ? 1 : 0), 0)
