import { Activity, CloudOff, LoaderCircle, Moon, RefreshCw } from 'lucide-react'
import { useTranslation } from '@/lib/i18n.ts'
import { clock } from '@/lib/time.ts'
import { type LiveStatus, useLiveStatus } from '@/live/status.ts'
import type { Icon } from '@/ui/icon.ts'
import { Pill, type PillTone } from '@/ui/pill.tsx'

const LOOKS: Record<LiveStatus['kind'], { tone: PillTone; icon: Icon }> = {
  connecting: { tone: 'neutral', icon: LoaderCircle },
  live: { tone: 'good', icon: Activity },
  resting: { tone: 'neutral', icon: Moon },
  reconnecting: { tone: 'warn', icon: RefreshCw },
  offline: { tone: 'bad', icon: CloudOff },
}

/** Whether what is on screen is of now. Read out when it changes. */
export function LiveBadge() {
  const { t } = useTranslation('shell')
  const status = useLiveStatus()
  const { tone, icon } = LOOKS[status.kind]
  return (
    <output className="flex shrink-0">
      <Pill tone={tone} icon={icon}>
        {t(`live.${status.kind}`)}
        {status.kind === 'offline' ? (
          // A phone has no room for it here; the notice below says it too.
          <span className="max-sm:hidden">
            {' '}
            {t('live.since', { time: clock(new Date(status.since).toISOString()) })}
          </span>
        ) : null}
      </Pill>
    </output>
  )
}
