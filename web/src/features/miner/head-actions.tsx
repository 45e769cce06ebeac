import { Eye, Power, PowerOff, RotateCw } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useIdentify } from '@/entities/miner/commands.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useMedia } from '@/lib/use-media.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button } from '@/ui/button.tsx'
import { MenuItem } from '@/ui/menu.tsx'
import { useToast } from '@/ui/toast.tsx'
import { MoreMenu } from './more-menu.tsx'
import { useSentSomething } from './queries.ts'
import { useMinerSearch } from './use-search.ts'
import { type Action, powerOffer, whyNot } from './words.ts'

const PHONE = '(width < 40rem)'

/** What an operator asks for most. What cannot be done now stands there with its reason. */
export function HeadActions({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const operation = useHouseNow()?.mode
  const { ask } = useMinerSearch()
  const phone = useMedia(PHONE)
  const identify = useIdentify(miner.id)
  const sent = useSentSomething()
  const toast = useToast()
  const not = (action: Action) => {
    const why = whyNot(action, miner, operation)
    return why && t(why)
  }
  const show = () =>
    identify.mutate(undefined, {
      onSuccess: sent,
      onError: (error) =>
        toast.trouble(t('failed.identify', { name: miner.name }), { detail: asProblem(error).detail }),
    })
  const offer = powerOffer(miner)
  const lowest = miner.capabilities.power_off === 'none' && offer === 'off'
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        icon={offer === 'off' ? PowerOff : Power}
        disabledReason={not('power')}
        onClick={() => ask(offer)}
      >
        {t(lowest ? 'do.lowest' : `do.${offer}`)}
      </Button>
      <Button icon={RotateCw} disabledReason={not('restart')} onClick={() => ask('restart')}>
        {t('do.restart')}
      </Button>
      {phone ? null : (
        <Button icon={Eye} busy={identify.isPending} disabledReason={not('identify')} onClick={show}>
          {t('do.identify')}
        </Button>
      )}
      <MoreMenu miner={miner}>
        {phone ? (
          <MenuItem icon={Eye} disabledReason={not('identify')} onSelect={show}>
            {t('do.identify')}
          </MenuItem>
        ) : null}
      </MoreMenu>
    </div>
  )
}
