import type {
  Actor,
  Capabilities,
  Command,
  Miner,
  Mode,
  Modes,
  OperationMode,
  Owner,
  PowerState,
} from '@/api/generated/types.gen.ts'
import { isSettled } from '@/entities/miner/commands.ts'
import { heldByHeat } from '@/entities/miner/state.ts'
import { clock } from '@/lib/time.ts'

/** Decides what the page says and offers. Keys are those of `miner.json`. */

/** The server writes times in UTC; the reader lives somewhere. */
const SERVER_TIME = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g

export function localTimes(sentence: string, now: number): string {
  return sentence.replace(SERVER_TIME, (_, day: string, time: string) => clock(`${day}T${time}:00Z`, now))
}

/** Of the device's own page. */
export function deviceUrl({ address, port }: Pick<Miner, 'address' | 'port'>): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === 80 ? `http://${host}/` : `http://${host}:${port}/`
}

export type Action = 'power' | 'mode' | 'restart' | 'identify' | 'tune'

/** Why something cannot be asked of this miner now, as a key; nothing where it can. */
export function whyNot(
  action: Action,
  miner: Pick<Miner, 'enabled' | 'capabilities' | 'firmware' | 'state' | 'last_error'>,
  operation: OperationMode | undefined,
): string | undefined {
  if (miner.firmware === null && !can('mode', miner.capabilities)) {
    return 'not.read'
  }
  if (!can(action, miner.capabilities)) {
    return `not.${action}`
  }
  if (!miner.enabled) {
    return 'not.enabled'
  }
  if (isAnotherDevice(miner)) {
    return 'not.wrongDevice'
  }
  return operation === 'paused' ? 'not.paused' : undefined
}

function can(action: Action, capabilities: Capabilities): boolean {
  switch (action) {
    case 'power':
      // What cannot be switched off goes to its lowest mode.
      return capabilities.power_off !== 'none' || capabilities.set_mode
    case 'mode':
      return capabilities.set_mode
    case 'restart':
      return capabilities.restart
    case 'identify':
      return capabilities.identify
    case 'tune':
      return TUNABLE.some((field) => capabilities[field] !== null)
    default:
      return action satisfies never
  }
}

const TUNABLE = ['frequency_mhz', 'core_voltage_mv', 'fan_pct', 'target_temperature_c'] as const

/** Which way the power button goes: what is wanted says more than what is seen, which may lag behind. */
export function powerOffer({ desired, observed }: Pick<Miner, 'desired' | 'observed'>): PowerState {
  const now = desired.power?.value ?? observed.power
  return now === 'off' ? 'on' : 'off'
}

/** Modes for which a miner has to be marked (safety). */
const OVERCLOCKED = new Set(['turbo', 'oc'])

export interface ModeChoice {
  mode: Mode
  runs: boolean
  wanted: boolean
  /** Why it cannot be chosen, as a key. */
  not: string | undefined
}

export function modeChoices(
  modes: Modes,
  miner: Miner,
  operation: OperationMode | undefined,
): readonly ModeChoice[] {
  const blocked = whyNot('mode', miner, operation)
  return modes.items.map((mode) => ({
    mode,
    // The miner is fresher than the list of its modes.
    runs: mode.id === miner.observed.mode,
    wanted: mode.id === miner.desired.mode?.value,
    not: blocked ?? (OVERCLOCKED.has(mode.id) && !miner.may_overclock ? 'not.overclock' : undefined),
  }))
}

/** The mode that comes back when a wish ends that is not written yet: what runs now, or what the wish before it replaced. */
export function wouldReturnTo({ desired, observed }: Pick<Miner, 'desired' | 'observed'>): string | null {
  return desired.mode === null ? observed.mode : desired.mode.goes_back_to
}

export type NoticeId = 'disabled' | 'wrong_device' | 'unread' | 'offline' | 'stuck' | 'hot' | 'unknown'

export interface Notice {
  id: NoticeId
  tone: 'neutral' | 'warn' | 'bad'
  /** The device's or the manager's own words, where there are any. */
  words: string | null
}

/** The one thing that has to be said before all numbers. */
export function noticeOf(miner: Miner): Notice | undefined {
  const { state, last_error, desired } = miner
  if (state === 'disabled') {
    return { id: 'disabled', tone: 'neutral', words: null }
  }
  if (isAnotherDevice(miner)) {
    return { id: 'wrong_device', tone: 'bad', words: last_error }
  }
  if (miner.firmware === null && miner.latest === null) {
    return { id: 'unread', tone: last_error === null ? 'neutral' : 'bad', words: last_error }
  }
  if (state === 'offline') {
    return { id: 'offline', tone: 'bad', words: last_error }
  }
  if (heldByHeat(desired)) {
    const wish = desired.power?.owner === 'safety' ? desired.power : desired.mode
    return { id: 'hot', tone: 'warn', words: wish?.reason ?? null }
  }
  if (state === 'stuck') {
    return { id: 'stuck', tone: 'bad', words: null }
  }
  return state === 'unknown' ? { id: 'unknown', tone: 'warn', words: last_error } : undefined
}

/** The manager leaves it alone then, and its state is unknown; its words are all that tells this from other reasons. */
function isAnotherDevice({ state, last_error }: Pick<Miner, 'state' | 'last_error'>): boolean {
  return state === 'unknown' && /another device|answers at this address/.test(last_error ?? '')
}

/** Of a poll that failed and has not made the miner offline yet. */
export function troubleOf(miner: Miner): string | null {
  return noticeOf(miner)?.words === miner.last_error ? null : miner.last_error
}

/** What went well is news for so long. */
const NEWS_MS = 3_600_000

/** What is under way, or else what was sent last: while it is news, and longer where it did not go well. */
export function commandsToShow(commands: readonly Command[], now: number): readonly Command[] {
  const underWay = commands.filter((command) => !isSettled(command.state))
  if (underWay.length > 0) {
    return underWay
  }
  const [last] = commands
  const quiet = last?.state === 'confirmed' || last?.state === 'superseded'
  const old = last?.settled_at != null && now - Date.parse(last.settled_at) > NEWS_MS
  return last === undefined || (quiet && old) ? [] : [last]
}

/** From the wish to its end. */
export function tookSeconds({
  planned_at,
  settled_at,
}: Pick<Command, 'planned_at' | 'settled_at'>): number | null {
  return settled_at === null ? null : Math.max(0, (Date.parse(settled_at) - Date.parse(planned_at)) / 1000)
}

/** Whoever did it, by name; nothing where the manager did it by itself. */
export function actorName({ kind, name }: Actor): string | undefined {
  return kind === 'system' ? undefined : name
}

/** For whom the manager did it; nothing where who did it says so already, or where nobody wants anything. */
export function onBehalfOf({ actor, owner }: Pick<Command, 'actor' | 'owner'>): Owner | undefined {
  return actor.kind === 'system' && owner !== 'default' ? owner : undefined
}
