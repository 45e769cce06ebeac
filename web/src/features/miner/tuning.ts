import type { Capabilities, Latest, Modes, Range, TuningBody } from '@/api/generated/types.gen.ts'
import { joined, megahertz, millivolts, percent, type Quantity, temperature } from '@/lib/format.ts'

/** The settings below the level of a mode, as a form holds them. Empty: leave it as it is. */
export interface TuningFields {
  frequency: string
  voltage: string
  fan: 'keep' | 'fixed' | 'target'
  fanPct: string
  target: string
}

export const UNTOUCHED: TuningFields = { frequency: '', voltage: '', fan: 'keep', fanPct: '', target: '' }

export type NumberField = 'frequency' | 'voltage' | 'fanPct' | 'target'

const RANGE = {
  frequency: 'frequency_mhz',
  voltage: 'core_voltage_mv',
  fanPct: 'fan_pct',
  target: 'target_temperature_c',
} as const satisfies Record<NumberField, keyof Capabilities>

export const rangeOf = (field: NumberField, capabilities: Capabilities): Range | null =>
  capabilities[RANGE[field]]

const FORMAT: Record<NumberField, (value: number) => Quantity> = {
  frequency: megahertz,
  voltage: millivolts,
  fanPct: percent,
  target: temperature,
}

export const say = (field: NumberField, value: number) => joined(FORMAT[field](value))

/** What the last reading shows of it, where it shows it at all. */
export function settingNow(field: NumberField, latest: Latest | null): string | null {
  const now = { frequency: latest?.frequency_mhz, voltage: latest?.core_voltage_mv, fanPct: latest?.fan_pct }
  const value = field === 'target' ? undefined : now[field]
  return value === null || value === undefined ? null : say(field, value)
}

/** Devices take whole numbers of these; a frequency may have a fraction. */
const WHOLE: ReadonlySet<NumberField> = new Set(['voltage', 'fanPct'])

const usedBy = (field: NumberField, { fan }: TuningFields) =>
  field === 'fanPct' ? fan === 'fixed' : field === 'target' ? fan === 'target' : true

export type Fault = 'tune.needed' | 'tune.noNumber' | 'tune.notWhole' | 'tune.outside'

/** What is wrong with one number, as a key of the texts. */
export function faultOf(
  field: NumberField,
  fields: TuningFields,
  capabilities: Capabilities,
): Fault | undefined {
  const text = fields[field].trim()
  if (!usedBy(field, fields)) {
    return undefined
  }
  if (text === '') {
    return field === 'fanPct' || field === 'target' ? 'tune.needed' : undefined
  }
  const value = numberOf(text)
  const range = rangeOf(field, capabilities)
  if (value === undefined) {
    return 'tune.noNumber'
  }
  if (WHOLE.has(field) && !Number.isInteger(value)) {
    return 'tune.notWhole'
  }
  return range && (value < range.min || value > range.max) ? 'tune.outside' : undefined
}

/** A comma is a point to half of the world. */
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value
}

/** What is sent: only what was changed. */
export function tuningBody(fields: TuningFields): TuningBody {
  const value = (field: NumberField) => (usedBy(field, fields) ? numberOf(fields[field]) : undefined)
  const entries = [
    ['frequency_mhz', value('frequency')],
    ['core_voltage_mv', value('voltage')],
    ['fan_pct', value('fanPct')],
    ['target_temperature_c', value('target')],
  ] as const
  return Object.fromEntries(entries.filter(([, number]) => number !== undefined))
}

export const isEmpty = (body: TuningBody) => Object.keys(body).length === 0

/** Faster or hotter than the factory's own setting: only for miners that are marked for it, and asked once more. */
export function aboveStandard(body: TuningBody, modes: Modes | undefined): boolean {
  const standard = modes?.items.find((mode) => mode.id === 'standard')
  return (
    above(body.frequency_mhz, standard?.frequency_mhz) ||
    above(body.core_voltage_mv, standard?.core_voltage_mv)
  )
}

function above(wish: number | null | undefined, factory: number | null | undefined): boolean {
  return wish !== null && wish !== undefined && factory !== null && factory !== undefined && wish > factory
}
