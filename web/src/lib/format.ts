/** The only place where a number becomes text for the eye. What is unknown is a dash, never a zero. */

export const UNKNOWN = '–'

/** A number and its unit, apart: the unit is set smaller beside it. */
export interface Quantity {
  value: string
  unit: string
}

type Maybe = number | null | undefined

const locale = () => navigator.language

/** Making a formatter costs more than using it a hundred times, and a list of miners shows thousands of numbers. */
const formats = new Map<string, Intl.NumberFormat>()

function format(digits: number): Intl.NumberFormat {
  const key = `${locale()} ${digits}`
  const known = formats.get(key)
  if (known) {
    return known
  }
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  const made = new Intl.NumberFormat(locale(), options)
  formats.set(key, made)
  return made
}

export function number(value: Maybe, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return UNKNOWN
  }
  return format(digits).format(value)
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const

/** Three or four figures and the prefix that fits: 1.205 T, 83.1 G, 452 k. */
function scaled(value: Maybe, unit: string, least: (typeof PREFIXES)[number] = ''): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return { value: UNKNOWN, unit: '' }
  }
  let step = PREFIXES.indexOf(least)
  let figure = value / 1000 ** step
  while (Math.abs(figure) >= 1000 && step < PREFIXES.length - 1) {
    figure /= 1000
    step += 1
  }
  const digits = Math.abs(figure) >= 100 || (step === 0 && Number.isInteger(figure)) ? 0 : 2
  return {
    value: number(figure, Math.abs(figure) >= 10 && digits > 0 ? 1 : digits),
    unit: `${PREFIXES[step]}${unit}`,
  }
}

/** Hashes a second. */
export const hashrate = (hs: Maybe): Quantity => scaled(hs, 'H/s')

export function power(watts: Maybe): Quantity {
  if (watts !== null && watts !== undefined && Math.abs(watts) >= 1000) {
    return { value: number(watts / 1000, 2), unit: 'kW' }
  }
  const digits = watts !== null && watts !== undefined && Math.abs(watts) < 100 ? 1 : 0
  return watts === null || watts === undefined ? unknown : { value: number(watts, digits), unit: 'W' }
}

const unknown: Quantity = { value: UNKNOWN, unit: '' }

function plain(value: Maybe, unit: string, digits: number): Quantity {
  return value === null || value === undefined ? unknown : { value: number(value, digits), unit }
}

export const temperature = (celsius: Maybe): Quantity => plain(celsius, '°C', 1)
export const percent = (value: Maybe, digits = 0): Quantity => plain(value, '%', digits)
export const megahertz = (value: Maybe): Quantity => plain(value, 'MHz', 0)
export const millivolts = (value: Maybe): Quantity => plain(value, 'mV', 0)
export const turns = (value: Maybe): Quantity => plain(value, 'rpm', 0)
export const signal = (value: Maybe): Quantity => plain(value, 'dBm', 0)

/** How hard a share was: 5.56 G. */
export const difficulty = (value: Maybe): Quantity => scaled(value, '')

const KIB = 1024
const MIB = 1024 * KIB

export function bytes(value: Maybe): Quantity {
  if (value === null || value === undefined) {
    return unknown
  }
  if (value >= 1024 * MIB) {
    return { value: number(value / (1024 * MIB), 2), unit: 'GiB' }
  }
  if (value < MIB) {
    return { value: number(Math.ceil(value / KIB)), unit: 'KiB' }
  }
  return { value: number(value / MIB, value < 10 * MIB ? 1 : 0), unit: 'MiB' }
}

const TERA = 1e12

/** Joules for a tera-hash; unknown without both, and without hashing there is none. */
export function efficiency(watts: Maybe, hs: Maybe): Quantity {
  return watts === null || watts === undefined || !hs ? unknown : plain(watts / (hs / TERA), 'J/TH', 1)
}

/** "41.05 PH/s" in one piece. */
export const joined = ({ value, unit }: Quantity): string => (unit === '' ? value : `${value} ${unit}`)

/** "blue, green and red". */
export const list = (names: readonly string[]): string =>
  new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names)
