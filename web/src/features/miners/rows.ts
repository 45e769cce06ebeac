import type { Miner } from '@/api/generated/types.gen.ts'
import { freshOf } from '@/entities/miner/figures.ts'
import { CONDITIONS, type Condition, conditionOf } from '@/entities/miner/state.ts'
import type { MinersSearch, Sort } from './search.ts'

/** Which miners are shown, in which order and below which heading. */

export interface Group {
  /** `null` for those without a tag, `undefined` where nothing is grouped. */
  readonly tag: string | null | undefined
  readonly miners: readonly Miner[]
}

/** How many there are behind each filter, whatever else is filtered. */
export interface Facets {
  readonly states: readonly { state: Condition; count: number }[]
  readonly tags: readonly string[]
  readonly families: readonly string[]
}

export function facetsOf(miners: readonly Miner[]): Facets {
  const states = new Map<Condition, number>()
  const tags = new Set<string>()
  const families = new Set<string>()
  for (const miner of miners) {
    const state = conditionOf(miner)
    states.set(state, (states.get(state) ?? 0) + 1)
    families.add(miner.family)
    for (const tag of miner.tags) {
      tags.add(tag)
    }
  }
  return {
    states: CONDITIONS.flatMap((state) => {
      const count = states.get(state)
      return count === undefined ? [] : [{ state, count }]
    }),
    tags: [...tags].toSorted(inWords.compare),
    families: [...families].toSorted(inWords.compare),
  }
}

/** "miner 9" comes before "miner 10". */
const inWords = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

export function select(miners: readonly Miner[], search: MinersSearch): Miner[] {
  const words = (search.q ?? '').toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return miners
    .filter(
      (miner) =>
        (search.state === undefined || conditionOf(miner) === search.state) &&
        (search.tag === undefined || miner.tags.includes(search.tag)) &&
        (search.family === undefined || miner.family === search.family) &&
        saysAll(miner, words),
    )
    .toSorted(order(search.sort ?? 'name', search.down === true))
}

function saysAll(miner: Miner, words: readonly string[]): boolean {
  if (words.length === 0) {
    return true
  }
  const said = [miner.name, miner.model, miner.family, miner.address, ...miner.tags]
    .join('\n')
    .toLocaleLowerCase()
  return words.every((word) => said.includes(word))
}

type Order = (a: Miner, b: Miner) => number

function order(sort: Sort, down: boolean): Order {
  const sign = down ? -1 : 1
  if (sort === 'name') {
    return (a, b) => sign * byName(a, b)
  }
  const key = KEYS[sort]
  return (a, b) => {
    const [one, other] = [key(a), key(b)]
    // What is not known stands at the end, whichever way the rest is sorted.
    if (one === null || other === null) {
      return one === other ? byName(a, b) : one === null ? 1 : -1
    }
    const difference =
      typeof one === 'string' || typeof other === 'string'
        ? inWords.compare(String(one), String(other))
        : one - other
    return sign * difference || byName(a, b)
  }
}

const byName: Order = (a, b) => inWords.compare(a.name, b.name) || a.id - b.id

const KEYS: Record<Exclude<Sort, 'name'>, (miner: Miner) => number | string | null> = {
  state: (miner) => CONDITIONS.indexOf(conditionOf(miner)),
  hashrate: (miner) => freshOf(miner)?.hashrate_hs ?? null,
  temperature: (miner) => freshOf(miner)?.temperature_c ?? null,
  power: (miner) => freshOf(miner)?.power_w ?? null,
  efficiency: joulesOf,
  mode: (miner) => miner.observed.mode,
}

function joulesOf(miner: Miner): number | null {
  const latest = freshOf(miner)
  return latest?.power_w != null && latest.hashrate_hs ? latest.power_w / latest.hashrate_hs : null
}

/** A miner with two tags stands below both. */
export function grouped(miners: readonly Miner[], by: MinersSearch['group']): Group[] {
  if (by === undefined) {
    return [{ tag: undefined, miners }]
  }
  const tags = new Map<string, Miner[]>()
  const without: Miner[] = []
  for (const miner of miners) {
    if (miner.tags.length === 0) {
      without.push(miner)
    }
    for (const tag of miner.tags) {
      const group = tags.get(tag)
      if (group) {
        group.push(miner)
      } else {
        tags.set(tag, [miner])
      }
    }
  }
  const named = [...tags].toSorted(([a], [b]) => inWords.compare(a, b))
  return [
    ...named.map(([tag, of]) => ({ tag, miners: of })),
    ...(without.length > 0 ? [{ tag: null, miners: without }] : []),
  ]
}

/** What stands on one line of the list: a heading, or as many miners as fit side by side. */
export type Line =
  | { readonly kind: 'group'; readonly key: string; readonly tag: string | null; readonly count: number }
  | {
      readonly kind: 'miners'
      readonly key: string
      readonly first: number
      readonly miners: readonly Miner[]
    }

/** `first` counts the miners before the line. */
export function linesOf(groups: readonly Group[], columns: number): Line[] {
  const lines: Line[] = []
  let first = 0
  for (const { tag, miners } of groups) {
    if (tag !== undefined) {
      lines.push({ kind: 'group', key: `tag ${tag ?? ''}`, tag, count: miners.length })
    }
    for (let from = 0; from < miners.length; from += columns) {
      const side = miners.slice(from, from + columns)
      lines.push({ kind: 'miners', key: `${tag ?? ''} ${side[0]?.id}`, first: first + from, miners: side })
    }
    first += miners.length
  }
  return lines
}
