import type { Miner, Owner } from '@/api/generated/types.gen.ts'
import { CONDITIONS, type Condition, conditionOf } from '@/entities/miner/state.ts'
import { groupBy } from '@/lib/group.ts'

/** What runs and why, as lines to be said: miners that do the same for the same reasons share one. */

export interface Wish {
  readonly field: 'power' | 'mode' | 'pool'
  /** `null` where it has no name, as a pool that is in no list. */
  readonly value: string | null
  readonly owner: Owner
  readonly reason: string
  readonly until: string | null
  /** Whether the last reading shows it; `null` where that cannot be told. */
  readonly reached: boolean | null
}

export interface RunsLine {
  readonly condition: Condition
  /** Told only of those that answer. */
  readonly mode: string | null
  readonly wishes: readonly Wish[]
  readonly miners: readonly Miner[]
  /** Since when the first of them has been so. */
  readonly since: string
}

const MODE_TELLS: ReadonlySet<Condition> = new Set(['mining', 'hot', 'stuck'])

export function runsAndWhy(miners: readonly Miner[]): RunsLine[] {
  const lines = groupBy(miners, (miner) => JSON.stringify(sayingOf(miner)))
  return [...lines]
    .flatMap(([, group]): RunsLine[] => {
      const [first] = group
      return first ? [{ ...sayingOf(first), miners: group, since: earliest(group) }] : []
    })
    .toSorted((a, b) => rank(a) - rank(b) || b.miners.length - a.miners.length)
}

const rank = (line: RunsLine) => CONDITIONS.indexOf(line.condition)

function sayingOf(miner: Miner): Omit<RunsLine, 'miners' | 'since'> {
  const condition = conditionOf(miner)
  return {
    condition,
    mode: MODE_TELLS.has(condition) ? miner.observed.mode : null,
    // Nobody asks anything of a miner that is left alone.
    wishes: condition === 'disabled' ? [] : wishesOf(miner),
  }
}

function wishesOf({ desired, observed, stale }: Miner): Wish[] {
  const { power, mode, pool } = desired
  const reached = <Value>(seen: Value | null, wanted: Value | null) =>
    stale || seen === null || wanted === null ? null : seen === wanted
  return [
    ...(power ? [asWish('power', power, power.value, reached(observed.power, power.value))] : []),
    ...(mode ? [asWish('mode', mode, mode.value, reached(observed.mode, mode.value))] : []),
    ...(pool ? [asWish('pool', pool, null, reached(observed.pool_id, pool.value))] : []),
  ]
}

type Wanted = Pick<Wish, 'owner' | 'reason' | 'until'>

/** Picked one by one: miners with the same wishes share a line, whatever else is known of them. */
const asWish = (
  field: Wish['field'],
  { owner, reason, until }: Wanted,
  value: string | null,
  reached: boolean | null,
): Wish => ({ field, value, owner, reason, until, reached })

const earliest = (miners: readonly Miner[]) =>
  miners.map((miner) => miner.state_since).reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b))

/** The next thing that will happen by itself, as far as anybody knows. */
export interface Next {
  readonly at: string
  readonly wish: Wish
  readonly miners: readonly Miner[]
  /** What comes back, where it is known and the same for all. */
  readonly back: string | null
}

export function nextOf(lines: readonly RunsLine[], now: number): Next | undefined {
  const ends = lines.flatMap((line) =>
    line.wishes.flatMap((wish) =>
      wish.until !== null && Date.parse(wish.until) > now
        ? [{ at: wish.until, wish, miners: line.miners }]
        : [],
    ),
  )
  const [first, ...rest] = ends.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  if (!first) {
    return undefined
  }
  const together = rest.filter(
    ({ at, wish }) => at === first.at && wish.field === first.wish.field && wish.value === first.wish.value,
  )
  const ending = [first, ...together].flatMap((end) => end.miners)
  const backs = new Set(ending.map((miner) => backOf(miner, first.wish.field)))
  return { ...first, miners: ending, back: backs.size === 1 ? ([...backs][0] ?? null) : null }
}

const backOf = ({ desired }: Miner, field: Wish['field']): string | null =>
  field === 'pool' ? null : (desired[field]?.goes_back_to ?? null)
