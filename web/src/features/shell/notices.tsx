import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { CirclePause, FlaskConical, Play, RefreshCw, Sparkles } from 'lucide-react'
import { getHouseOptions, getSystemOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { useLeaveDemo } from '@/entities/house/demo.ts'
import { useNewVersion } from '@/entities/house/new-version.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, clock, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { useHouseNow } from '@/live/house-now.ts'
import { useLiveStatus } from '@/live/status.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button, LinkButton } from '@/ui/button.tsx'
import { OfflineBanner } from '@/ui/state.tsx'
import { useAsk } from './ask.ts'

const HALF_A_MINUTE_MS = 30_000
const A_MINUTE_MS = 60_000

/** What everybody must know before they believe a number on the page. */
export function Notices() {
  const { t } = useTranslation('shell')
  return (
    <section aria-label={t('notices')} className="grid gap-3 px-4 pt-4 empty:hidden lg:px-8">
      <Offline />
      <NewVersion />
      <Demo />
      <Paused />
      <Unfinished />
    </section>
  )
}

function Offline() {
  const { t } = useTranslation('shell')
  const status = useLiveStatus()
  const now = useNow(status.kind === 'offline' ? HALF_A_MINUTE_MS : undefined)
  if (status.kind !== 'offline') {
    return null
  }
  const time = clock(new Date(status.since).toISOString(), now)
  const age = now - status.since >= A_MINUTE_MS ? ago(status.since, now) : undefined
  return <OfflineBanner since={age ? t('sinceAgo', { time, ago: age }) : t('since', { time })} />
}

/** The page of before goes on working; when to leave it is for the reader to say. */
function NewVersion() {
  const { t } = useTranslation('shell')
  const reload = useNewVersion()
  if (!reload) {
    return null
  }
  const action = (
    <Button size="sm" icon={RefreshCw} onClick={reload}>
      {t('newVersion.action')}
    </Button>
  )
  return (
    <Banner tone="accent" icon={Sparkles} action={action}>
      {t('newVersion.text')}
    </Banner>
  )
}

function Demo() {
  const { t } = useTranslation('shell')
  const house = useHouseNow()
  const { move, busy, problem } = useLeaveDemo()
  if (!house?.demo) {
    return null
  }
  const action = house.demo_visit ? (
    <Button size="sm" busy={busy} onClick={() => move(undefined)}>
      {t('demo.leave')}
    </Button>
  ) : undefined
  return (
    <Banner tone="accent" icon={FlaskConical} live="off" action={action}>
      {t(house.demo_visit ? 'demo.visit' : 'demo.text')}
      {problem ? <p role="alert">{problem.detail}</p> : null}
    </Banner>
  )
}

function Paused() {
  const { t } = useTranslation('shell')
  const may = useMay('operator')
  const ask = useAsk()
  const paused = useHouseNow()?.mode === 'paused'
  const { data: system } = useQuery({ ...getSystemOptions(), enabled: paused })
  if (!paused) {
    return null
  }
  const action = may ? (
    <Button size="sm" icon={Play} onClick={() => ask('mode')}>
      {t('pause.end')}
    </Button>
  ) : undefined
  return (
    <Banner tone="warn" icon={CirclePause} live="off" action={action}>
      {system?.restored ? t('pause.restored', { made: exactTime(system.restored.made_at) }) : t('pause.text')}
    </Banner>
  )
}

/** The first run was left in the middle; nothing of it is lost. */
function Unfinished() {
  const { t } = useTranslation('shell')
  const onDashboard = useLocation({ select: ({ pathname }) => pathname === '/' })
  const asked = useMay('admin') && onDashboard
  const { data } = useQuery({ ...getHouseOptions(), enabled: asked })
  if (!asked || data?.set_up !== false) {
    return null
  }
  const action = (
    <LinkButton size="sm" look="primary">
      <Link to="/welcome">{t('unfinished.action')}</Link>
    </LinkButton>
  )
  return (
    <Banner tone="accent" icon={Sparkles} live="off" action={action}>
      {t('unfinished.text')}
    </Banner>
  )
}
