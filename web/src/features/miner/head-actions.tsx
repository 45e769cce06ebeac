import {
  Ellipsis,
  ExternalLink,
  Eye,
  Power,
  PowerOff,
  RotateCw,
  Settings2,
  ToggleLeft,
  ToggleRight,
  Trash2,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useEnable, useIdentify } from '@/entities/miner/commands.ts'
import { useMay } from '@/entities/person/me.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { Button, IconButton } from '@/ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useSentSomething } from './queries.ts'
import { useMinerSearch } from './use-search.ts'
import { type Action, deviceUrl, powerOffer, whyNot } from './words.ts'

/** What an operator asks for most. What cannot be done now stands there with its reason. */
export function HeadActions({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const operation = useHouseNow()?.mode
  const { ask } = useMinerSearch()
  const identify = useIdentify(miner.id)
  const sent = useSentSomething()
  const toast = useToast()
  const not = (action: Action) => {
    const why = whyNot(action, miner, operation)
    return why && t(why)
  }
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
      <Button
        icon={Eye}
        busy={identify.isPending}
        disabledReason={not('identify')}
        onClick={() =>
          identify.mutate(undefined, {
            onSuccess: sent,
            onError: (error) =>
              toast.trouble(t('failed.identify', { name: miner.name }), { detail: asProblem(error).detail }),
          })
        }
      >
        {t('do.identify')}
      </Button>
      <More miner={miner} />
    </div>
  )
}

function More({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { change, ask } = useMinerSearch()
  const admin = useMay('admin')
  const enable = useEnable(miner.id)
  const toast = useToast()
  const wake = () =>
    enable.mutate(true, {
      onSuccess: () => toast.success(t('done.enabled', { name: miner.name })),
      onError: (error) =>
        toast.trouble(t('failed.enable', { name: miner.name }), { detail: asProblem(error).detail }),
    })
  return (
    <Menu trigger={<IconButton icon={Ellipsis} look="plain" label={t('do.more')} />}>
      <MenuItem asChild>
        <a href={deviceUrl(miner)} target="_blank" rel="noopener noreferrer">
          <ExternalLink size={16} aria-hidden className="shrink-0" />
          {t('do.openDevice')}
        </a>
      </MenuItem>
      {miner.enabled ? (
        <MenuItem icon={ToggleLeft} onSelect={() => ask('disable')}>
          {t('do.disable')}
        </MenuItem>
      ) : (
        <MenuItem icon={ToggleRight} onSelect={wake}>
          {t('do.enable')}
        </MenuItem>
      )}
      {admin ? (
        <>
          <MenuItem icon={Settings2} onSelect={() => change({ tab: 'settings' }, 'step')}>
            {t('do.settings')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => ask('remove')}>
            {t('do.remove')}
          </MenuItem>
        </>
      ) : null}
    </Menu>
  )
}
