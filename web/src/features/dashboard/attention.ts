import type { Command, Miner, ProblemReport } from '@/api/generated/types.gen.ts'
import { freshOf } from '@/entities/miner/figures.ts'
import { heldByHeat } from '@/entities/miner/state.ts'
import { groupBy } from '@/lib/group.ts'

/** What needs a person: the worst first, and nothing that is as it should be. */

const KINDS = [
  'house',
  'stranger',
  'hot',
  'stuck',
  'offline',
  'seen',
  'failed',
  'idle',
  'stale',
  'unconfirmed',
  'warm',
] as const
type Kind = (typeof KINDS)[number]

export interface Item {
  readonly kind: Kind
  readonly key: string
  readonly tone: 'bad' | 'warn'
  readonly miners: readonly Miner[]
  /** What was said of it, in the words of the device or of the house. */
  readonly words: string | null
  readonly since: string | null
  readonly command: Command | undefined
}

const BAD: ReadonlySet<Kind> = new Set(['house', 'stranger', 'hot', 'stuck', 'offline', 'failed'])

/** More than so many of one kind are told together. */
const APART = 3
const DAY_MS = 24 * 3_600_000
/** So close below its limit a miner is worth a look. */
const WARM_C = 3

interface Known {
  miners: readonly Miner[]
  /** Newest first; nothing for those who may not read them. */
  commands: readonly Command[]
  problems: readonly ProblemReport[]
  now: number
}

export function attentionOf({ miners, commands, problems, now }: Known): Item[] {
  const kinds = groupBy(
    miners.flatMap((miner) => kindsOf(miner).map((kind) => ({ kind, miner }))),
    ({ kind }) => kind,
  )
  const ofMiners = [...kinds].flatMap(([kind, group]) =>
    together(
      kind,
      group.map(({ miner }) => miner),
    ),
  )
  const ofHouse = problems.map(({ kind, text, since }) => ({
    ...item('house', [], `house ${kind}`),
    words: text,
    since,
  }))
  return [...ofHouse, ...ofMiners, ...commandItems(commands, miners, now)].toSorted(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
  )
}

function kindsOf(miner: Miner): Kind[] {
  const { state, stale, desired } = miner
  switch (state) {
    case 'disabled':
    case 'off':
      return []
    case 'unknown':
      // Without an error it has only not been asked yet.
      return miner.last_error === null ? [] : ['stranger']
    case 'offline':
      return [miner.pool_sees_it ? 'seen' : 'offline']
    case 'mining':
    case 'paused':
    case 'booting':
    case 'idle':
    case 'stuck':
      break
  }
  if (heldByHeat(desired)) {
    return ['hot']
  }
  if (stale) {
    return ['stale']
  }
  const wantedOff = desired.power?.value === 'off'
  return [
    ...(state === 'stuck' ? (['stuck'] as const) : []),
    ...(state === 'idle' && !wantedOff ? (['idle'] as const) : []),
    ...(isWarm(miner) ? (['warm'] as const) : []),
  ]
}

function isWarm(miner: Miner): boolean {
  const celsius = freshOf(miner)?.temperature_c ?? null
  return celsius !== null && celsius > miner.temperature_limit_c - WARM_C
}

function together(kind: Kind, miners: readonly Miner[]): Item[] {
  if (miners.length > APART) {
    return [item(kind, miners, kind)]
  }
  return miners.map((miner) => ({
    ...item(kind, [miner], `${kind} ${miner.id}`),
    words: SAYS_WHY.has(kind) ? miner.last_error : null,
    since: sinceOf(kind, miner),
  }))
}

function sinceOf(kind: Kind, { latest, state_since }: Miner): string | null {
  switch (kind) {
    case 'stale':
      return latest?.at ?? null
    case 'hot':
    case 'warm':
      // Heat is no state: since when it has been mining says nothing here.
      return null
    default:
      return state_since
  }
}

const SAYS_WHY: ReadonlySet<Kind> = new Set(['offline', 'seen', 'stale'])

/** The last word about each thing that was asked of a miner, if it was no. */
function commandItems(commands: readonly Command[], miners: readonly Miner[], now: number): Item[] {
  const here = new Map(miners.map((miner) => [miner.id, miner]))
  const told = groupBy(
    commands.filter(({ state }) => state !== 'superseded'),
    ({ miner_id, kind }) => `${miner_id} ${kind}`,
  )
  return [...told].flatMap(([key, group]) => {
    const newest = group.reduce((a, b) => (b.id > a.id ? b : a))
    const miner = here.get(newest.miner_id)
    const { state } = newest
    const old = now - Date.parse(newest.settled_at ?? newest.planned_at) > DAY_MS
    if (!miner || miner.state === 'disabled' || old || (state !== 'failed' && state !== 'unconfirmed')) {
      return []
    }
    return [
      {
        ...item(state, [miner], `command ${key}`),
        words: newest.reply ?? newest.reason,
        since: newest.settled_at,
        command: newest,
      },
    ]
  })
}

function item(kind: Kind, miners: readonly Miner[], key: string): Item {
  const tone = BAD.has(kind) ? 'bad' : 'warn'
  return { kind, key, tone, miners, words: null, since: null, command: undefined }
}
