import type { Miner } from '@/api/generated/types.gen.ts'
import { freshOf } from '@/entities/miner/figures.ts'

const SHOWN = 5
const WARM = 0.95

export interface Hot {
  readonly miner: Miner
  readonly celsius: number
  /** Of its limit. */
  readonly share: number
  readonly tone: 'neutral' | 'warn' | 'bad'
}

/** Nearest to their own limits first: 62 °C is nothing for one model and a lot for another. */
export function hottest(miners: readonly Miner[]): Hot[] {
  return miners
    .flatMap((miner): Hot[] => {
      const celsius = freshOf(miner)?.temperature_c ?? null
      if (celsius === null || miner.state === 'disabled') {
        return []
      }
      const share = celsius / miner.temperature_limit_c
      return [{ miner, celsius, share, tone: share > 1 ? 'bad' : share > WARM ? 'warn' : 'neutral' }]
    })
    .toSorted((a, b) => b.share - a.share || a.miner.id - b.miner.id)
    .slice(0, SHOWN)
}
