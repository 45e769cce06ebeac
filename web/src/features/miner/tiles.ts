import type { Latest, Miner, Telemetry } from '@/api/generated/types.gen.ts'
import {
  difficulty,
  efficiency,
  hashrate,
  joined,
  megahertz,
  millivolts,
  number,
  percent,
  power,
  type Quantity,
  signal,
  temperature,
  turns,
  UNKNOWN,
} from '@/lib/format.ts'
import { duration } from '@/lib/time.ts'

type TileId =
  | 'hashrate'
  | 'power'
  | 'efficiency'
  | 'temperature'
  | 'vr_temperature'
  | 'fan'
  | 'frequency'
  | 'core_voltage'
  | 'shares'
  | 'best_difficulty'
  | 'uptime'
  | 'rssi'

/** A text of the page and what it is about. */
interface Words {
  key: string
  values?: Record<string, string>
}

export interface Tile {
  id: TileId
  quantity: Quantity
  notes: readonly Words[]
}

const NOTHING: Quantity = { value: UNKNOWN, unit: '' }

/** The four numbers that come first. They are always there: a dash says that the number is missing, and why. */
export function headTiles(miner: Miner): readonly Tile[] {
  const { latest } = miner
  return [hashrateTile(latest), powerTile(miner), efficiencyTile(latest), temperatureTile(miner)]
}

function hashrateTile(latest: Latest | null): Tile {
  const now = latest?.hashrate_hs ?? null
  const expected = latest?.expected_hashrate_hs ?? null
  if (now === 0) {
    return { id: 'hashrate', quantity: hashrate(now), notes: [{ key: 'missing.notHashing' }] }
  }
  const notes: Words[] = now === null ? [missing(latest)] : []
  if (latest && latest.hashrate_1m_hs !== null) {
    notes.push({ key: 'note.minute', values: { value: joined(hashrate(latest.hashrate_1m_hs)) } })
  }
  if (expected !== null) {
    const values = { value: joined(hashrate(expected)) }
    const share = now === null || expected === 0 ? undefined : joined(percent((now / expected) * 100))
    notes.push(
      share === undefined
        ? { key: 'note.expected', values }
        : { key: 'note.expectedShare', values: { ...values, share } },
    )
  }
  return { id: 'hashrate', quantity: hashrate(now), notes }
}

function powerTile({ latest, capabilities }: Miner): Tile {
  const watts = latest?.power_w ?? null
  if (watts !== null) {
    const source = latest?.power_source ?? 'unknown'
    return { id: 'power', quantity: power(watts), notes: [{ key: `note.source.${source}` }] }
  }
  const why = latest && !capabilities.measures_power ? { key: 'missing.noMeter' } : missing(latest)
  return { id: 'power', quantity: NOTHING, notes: [why] }
}

function efficiencyTile(latest: Latest | null): Tile {
  const watts = latest?.power_w ?? null
  const hs = latest?.hashrate_hs ?? null
  const notes = [efficiencyNote(latest, watts, hs)]
  return { id: 'efficiency', quantity: efficiency(watts, hs), notes }
}

function efficiencyNote(latest: Latest | null, watts: number | null, hs: number | null): Words {
  if (!latest) {
    return missing(latest)
  }
  if (hs === 0) {
    return { key: 'missing.notHashing' }
  }
  return { key: watts === null || hs === null ? 'missing.needsBoth' : 'note.efficiency' }
}

function temperatureTile({ latest, temperature_limit_c }: Miner): Tile {
  const chip = latest?.temperature_c ?? null
  const limit = { value: joined(temperature(temperature_limit_c)) }
  const notes: Words[] =
    chip === null
      ? [missing(latest)]
      : [{ key: chip > temperature_limit_c ? 'note.aboveLimit' : 'note.limit', values: limit }]
  if (latest && latest.vr_temperature_c !== null) {
    notes.push({ key: 'note.regulator', values: { value: joined(temperature(latest.vr_temperature_c)) } })
  }
  return { id: 'temperature', quantity: temperature(chip), notes }
}

/** The device never answered, or answered without this number. */
const missing = (latest: Latest | null): Words => ({ key: latest ? 'missing.notSaid' : 'missing.noReading' })

/** The rest, as far as the device says it or could be expected to. */
export function moreTiles({ latest, capabilities }: Miner, more: Telemetry | undefined): readonly Tile[] {
  if (!latest) {
    return []
  }
  const tiles: (Tile | undefined)[] = [
    fanTile(latest, more, capabilities.fan_pct !== null),
    tile('frequency', megahertz, latest.frequency_mhz, capabilities.frequency_mhz !== null, [
      differs('note.actual', megahertz, latest.frequency_mhz, more?.actual_frequency_mhz),
    ]),
    tile('core_voltage', millivolts, latest.core_voltage_mv, capabilities.core_voltage_mv !== null, [
      differs('note.actual', millivolts, latest.core_voltage_mv, more?.actual_core_voltage_mv),
    ]),
    sharesTile(latest, more),
    tile('best_difficulty', difficulty, latest.best_difficulty, false, [
      said('note.session', difficulty, more?.best_session_difficulty),
    ]),
    tile('uptime', (seconds) => span(seconds), latest.uptime_s, true, []),
    tile('rssi', signal, latest.rssi_dbm, false, [signalWords(latest.rssi_dbm)]),
  ]
  return tiles.filter((one) => one !== undefined)
}

type Format = (value: number) => Quantity

function tile(
  id: TileId,
  format: Format,
  value: number | null,
  expected: boolean,
  notes: readonly (Words | undefined)[],
): Tile | undefined {
  if (value === null) {
    return expected ? { id, quantity: NOTHING, notes: [{ key: 'missing.notSaid' }] } : undefined
  }
  return { id, quantity: format(value), notes: notes.filter((note) => note !== undefined) }
}

function fanTile(latest: Latest, more: Telemetry | undefined, expected: boolean): Tile | undefined {
  const second = more?.fan2_rpm ?? null
  const notes = [
    latest.fan_pct !== null && latest.fan_rpm !== null
      ? said('note.turns', turns, latest.fan_rpm)
      : undefined,
    second === null ? undefined : said('note.secondFan', turns, second),
  ]
  return latest.fan_pct === null
    ? tile('fan', turns, latest.fan_rpm, expected, notes)
    : tile('fan', percent, latest.fan_pct, expected, notes)
}

function sharesTile({ shares_accepted, shares_rejected }: Latest, more: Telemetry | undefined): Tile {
  if (shares_accepted === null) {
    return { id: 'shares', quantity: NOTHING, notes: [{ key: 'missing.notSaid' }] }
  }
  const rate = rejectRate(shares_accepted, shares_rejected)
  const notes: Words[] = []
  if (shares_rejected !== null) {
    const values = {
      value: number(shares_rejected),
      share: rate === null ? UNKNOWN : joined(percent(rate, 2)),
    }
    notes.push({ key: 'note.rejected', values })
  }
  const stale = more?.shares_stale ?? null
  if (stale !== null) {
    notes.push({ key: 'note.stale', values: { value: number(stale) } })
  }
  return { id: 'shares', quantity: { value: number(shares_accepted), unit: '' }, notes }
}

/** In percent of all; unknown while there are none. */
export function rejectRate(accepted: number | null, rejected: number | null): number | null {
  if (accepted === null || rejected === null || accepted + rejected === 0) {
    return null
  }
  return (rejected / (accepted + rejected)) * 100
}

function said(key: string, format: Format, value: number | null | undefined): Words | undefined {
  return value === null || value === undefined ? undefined : { key, values: { value: joined(format(value)) } }
}

/** What is measured, where it reads otherwise than what is set. */
function differs(
  key: string,
  format: Format,
  set: number | null,
  actual: number | null | undefined,
): Words | undefined {
  const words = said(key, format, actual)
  return set !== null && words?.values?.value === joined(format(set)) ? undefined : words
}

function span(seconds: number): Quantity {
  return { value: duration(seconds), unit: '' }
}

const SIGNAL_GOOD_DBM = -60
const SIGNAL_FAIR_DBM = -70

function signalWords(dbm: number | null): Words | undefined {
  if (dbm === null) {
    return undefined
  }
  if (dbm >= SIGNAL_GOOD_DBM) {
    return { key: 'note.signal.good' }
  }
  return { key: dbm >= SIGNAL_FAIR_DBM ? 'note.signal.fair' : 'note.signal.weak' }
}
