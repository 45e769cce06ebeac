import type { HouseSettings, Network } from '@/api/generated/types.gen.ts'

/** Ranges are told apart by commas or blanks. */
export const rangesOf = (typed: string): string[] => [...new Set(typed.split(/[\s,;]+/).filter(Boolean))]

/** What can only be a slip is said at once; the manager knows the rest. */
export function isRange(text: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  if (!parts) {
    return /^[0-9a-f:]+\/\d{1,3}$/i.test(text)
  }
  const [prefix, ...octets] = parts.slice(1).map(Number).toReversed()
  return octets.every((octet) => octet <= 255) && prefix !== undefined && prefix >= 16 && prefix <= 32
}

const PRIVATE = /^(?:10\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+|192\.168\.\d+)\.\d+$/

/** The network of the address under which this page was opened: the home's, as seen from the sofa. */
function rangeOfPage(hostname: string): string | undefined {
  return PRIVATE.test(hostname) ? hostname.replace(/\.\d+$/, '.0/24') : undefined
}

/** Where to look, as far as it is known without asking; what somebody has said comes first. */
export function proposedRanges(
  house: Pick<HouseSettings, 'home_ranges'>,
  network: Pick<Network, 'bridged' | 'own_ranges'> | undefined,
  hostname: string,
): string[] {
  if (house.home_ranges.length > 0) {
    return house.home_ranges
  }
  if (network && !network.bridged && network.own_ranges.length > 0) {
    return network.own_ranges
  }
  const guess = rangeOfPage(hostname)
  return guess ? [guess] : []
}
