import type { Miner, Owner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useEndOverride } from '@/entities/miner/commands.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, clock } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Button } from '@/ui/button.tsx'
import { useToast } from '@/ui/toast.tsx'
import { localTimes } from './words.ts'

const TICK_MS = 30_000

interface Wish {
  owner: Owner
  reason: string
  until: string | null
}

interface Props {
  miner: Pick<Miner, 'id' | 'name'>
  field: 'power' | 'mode' | 'pool'
  wish: Wish | null
  /** What is wanted, in words. */
  value: string
  /** What comes back when it ends, in words; where that is known. */
  backTo?: string | undefined
}

/** What is wanted, by whom, why and until when; a person's wish can be ended now, and what follows is said. */
export function WishLine({ miner, field, wish, value, backTo }: Props) {
  const { t } = useTranslation('miner')
  const { t: word } = useTranslation('miner-words')
  const now = useNow(TICK_MS)
  const operator = useMay('operator')
  if (!wish) {
    return <p className="text-muted text-sm">{t('wish.nobody')}</p>
  }
  const mine = wish.owner === 'override'
  const reason = localTimes(wish.reason, now)
  return (
    <div className="grid gap-2 rounded-lg bg-subtle p-3 text-sm">
      <p>
        {t('wish.wanted')} <span className="font-semibold">{value}</span>
      </p>
      <p className="break-words text-muted">
        {/* A person's reason names the person already. */}
        {mine ? t('wish.person', { reason }) : t('wish.why', { owner: word(`owner.${wish.owner}`), reason })}
      </p>
      <p className="nums text-muted">
        {wish.until
          ? t('wish.until', { time: clock(wish.until, now), in: ago(wish.until, now) })
          : t(mine ? 'wish.untilTold' : 'wish.untilChanged')}
        {mine ? ` ${backTo ? t('wish.afterKnown', { value: backTo }) : t(`wish.after.${field}`)}` : null}
      </p>
      {mine && operator ? <EndNow miner={miner} field={field} /> : null}
    </div>
  )
}

function EndNow({ miner, field }: Pick<Props, 'miner' | 'field'>) {
  const { t } = useTranslation('miner')
  const end = useEndOverride(miner.id)
  const toast = useToast()
  return (
    <Button
      size="sm"
      className="justify-self-start"
      busy={end.isPending}
      onClick={() =>
        end.mutate(field, {
          onSuccess: () => toast.success(t('done.ended', { name: miner.name })),
          onError: (error) =>
            toast.trouble(t('failed.end', { name: miner.name }), { detail: asProblem(error).detail }),
        })
      }
    >
      {t('do.end')}
    </Button>
  )
}
