import { CloudOff, Fingerprint, Flame, Hourglass, ToggleLeft, TriangleAlert } from 'lucide-react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { useEnable } from '@/entities/miner/commands.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { clock } from '@/lib/time.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import type { Icon } from '@/ui/icon.ts'
import { useToast } from '@/ui/toast.tsx'
import { useMinerSearch } from './use-search.ts'
import { type NoticeId, noticeOf } from './words.ts'

const ICONS: Record<NoticeId, Icon | undefined> = {
  disabled: ToggleLeft,
  wrong_device: Fingerprint,
  unread: Hourglass,
  offline: CloudOff,
  stuck: TriangleAlert,
  hot: Flame,
  unknown: undefined,
}

/** What has to be said before all numbers: what is wrong, since when, and what to do. */
export function NoticeBanner({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const notice = noticeOf(miner)
  if (!notice) {
    return null
  }
  const { id, tone, words } = notice
  return (
    <Banner tone={tone} icon={ICONS[id]} live="off" action={<Remedy id={id} miner={miner} />}>
      <p className="font-medium">{t(`notice.${id}.title`, { since: clock(miner.state_since) })}</p>
      {words ? <p className="break-words">{t(`notice.${id}.words`, { words })}</p> : null}
      <p className="text-muted text-sm">{t(`notice.${id}.hint`)}</p>
      {id === 'offline' && miner.pool_sees_it ? <p className="text-sm">{t('notice.poolSeesIt')}</p> : null}
    </Banner>
  )
}

/** The one thing that helps, for whoever may do it. */
function Remedy({ id, miner }: { id: NoticeId; miner: Miner }) {
  const { t } = useTranslation('miner')
  const operator = useMay('operator')
  const admin = useMay('admin')
  const enable = useEnable(miner.id)
  const toast = useToast()
  const { change, ask } = useMinerSearch()
  if (id === 'disabled' && operator) {
    const wake = () =>
      enable.mutate(true, {
        onError: (error) =>
          toast.trouble(t('failed.enable', { name: miner.name }), { detail: asProblem(error).detail }),
      })
    return (
      <Button size="sm" busy={enable.isPending} onClick={wake}>
        {t('do.enable')}
      </Button>
    )
  }
  if ((id === 'wrong_device' || id === 'unread') && admin) {
    return (
      <Button size="sm" onClick={() => change({ tab: 'settings' }, 'step')}>
        {t('do.changeAddress')}
      </Button>
    )
  }
  if (id === 'stuck' && operator && miner.capabilities.restart) {
    return (
      <Button size="sm" onClick={() => ask('restart')}>
        {t('do.restart')}
      </Button>
    )
  }
  return null
}
