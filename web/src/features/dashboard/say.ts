import type { Miner } from '@/api/generated/types.gen.ts'
import { list } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock } from '@/lib/time.ts'
import type { RunsLine, Wish } from './runs.ts'

/** More names than this say less than their number. */
const NAMES = 2

/** Sentences about miners. */
export function useSay() {
  const { t } = useTranslation('dashboard')
  const words = useTranslation('miner-words').t
  const who = (miners: readonly Miner[]) =>
    miners.length <= NAMES ? list(miners.map((miner) => miner.name)) : t('who', { count: miners.length })
  const mode = (id: string) => words(`mode.${id}`, { defaultValue: id })
  const what = ({ field, value }: Wish) => {
    if (field === 'mode' && value !== null) {
      return mode(value)
    }
    return field === 'power' && value !== null ? words(`power.${value}`, { defaultValue: value }) : t('pool')
  }
  return {
    who,
    what,
    /** "kitchen and garage mine in Eco" */
    line: ({ condition, mode: id, miners, since }: RunsLine) =>
      t(`runs.${condition}`, {
        count: miners.length,
        who: who(miners),
        since: clock(since),
        ...(id === null ? {} : { context: 'in', mode: mode(id) }),
      }),
    /** "Eco: admin wants it, until 16:00" */
    wish: (wish: Wish) =>
      [
        wish.reached === false ? t('wish.notYet', { what: what(wish) }) : what(wish),
        wish.until === null
          ? t('wish.reason', { reason: wish.reason })
          : t('wish.reasonUntil', { reason: wish.reason, time: clock(wish.until) }),
      ].join(': '),
  }
}
