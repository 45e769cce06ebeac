import type { Latest } from '@/api/generated/types.gen.ts'
import { aMiner } from './miners.ts'

/** The reading of a miner that mines, with whatever a test wants to be different. */
export function aReading(differences: Partial<Latest> = {}): Latest {
  const { latest } = aMiner()
  if (!latest) {
    throw new Error('the usual miner of the tests has no reading')
  }
  return { ...latest, ...differences }
}
