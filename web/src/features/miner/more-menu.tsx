import { Ellipsis, ExternalLink, Settings2, ToggleLeft, ToggleRight, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useEnable } from '@/entities/miner/commands.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { IconButton } from '@/ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useMinerSearch } from './use-search.ts'
import { deviceUrl } from './words.ts'

interface Props {
  miner: Miner
  /** What had no room beside it. */
  children?: ReactNode
}

/** What is asked for less often. */
export function MoreMenu({ miner, children }: Props) {
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
      {children}
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
