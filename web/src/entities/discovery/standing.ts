import type { DiscoveryResult } from '@/api/generated/types.gen.ts'

/** What a find is to the house. */
export type Standing = 'new' | 'known' | 'moved' | 'disputed'

export function standingOf({ claimants, moved_from, known_miner_id }: DiscoveryResult): Standing {
  if (claimants.length > 1) {
    return 'disputed'
  }
  if (moved_from) {
    return 'moved'
  }
  return known_miner_id === null ? 'new' : 'known'
}

/** Those that can be added without a second thought. */
export const addable = (found: readonly DiscoveryResult[]): number[] =>
  found.filter((one) => standingOf(one) === 'new').map(({ id }) => id)
