import { useNavigate } from '@tanstack/react-router'
import {
  Cpu,
  DoorOpen,
  FlaskConical,
  Hand,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Play,
  Plus,
  Power,
  Sun,
  Zap,
} from 'lucide-react'
import { useEnterDemo, useLeaveDemo } from '@/entities/house/demo.ts'
import { useFleet } from '@/entities/miner/queries.ts'
import { useMay } from '@/entities/person/me.ts'
import { useSignOut } from '@/entities/person/sign-out.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useHouseNow } from '@/live/house-now.ts'
import type { Icon } from '@/ui/icon.ts'
import { useTheme } from '@/ui/theme.ts'
import { useToast } from '@/ui/toast.tsx'
import { useAsk } from './ask.ts'
import { usePages } from './pages.ts'
import { ranked } from './rank.ts'

type Group = 'miners' | 'pages' | 'actions'

export interface Item {
  id: string
  group: Group
  label: string
  detail?: string | undefined
  icon: Icon
  run: () => void
}

/** As many as can be looked over; typing on narrows it down. */
const MINERS_MOST = 8

/** What the palette offers for what has been typed, group by group. */
export function usePaletteItems(query: string): Item[] {
  const miners = useMiners()
  const pages = usePageItems()
  const actions = useActions()
  const pick = (items: readonly Item[]) =>
    ranked(query, items, ({ label, detail }) => (detail ? `${label} ${detail}` : label))
  // Before anything is typed a whole fleet would only be in the way.
  const found = query.trim() === '' ? [] : pick(miners).slice(0, MINERS_MOST)
  return [...found, ...pick(pages), ...pick(actions)]
}

function useMiners(): Item[] {
  const navigate = useNavigate()
  const { data: fleet } = useFleet()
  return (fleet?.miners ?? []).map((miner) => ({
    id: `miner-${miner.id}`,
    group: 'miners',
    label: miner.name,
    detail: [miner.model, miner.address, ...miner.tags].filter(Boolean).join(' · '),
    icon: Cpu,
    run: () => void navigate({ to: `/miners/${miner.id}` }),
  }))
}

function usePageItems(): Item[] {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  return usePages().map(({ path, name, icon, group }) => ({
    id: `page-${name}`,
    group: 'pages',
    label: t(`pages.${name}`),
    detail: group === 'settings' ? t('pages.settings') : undefined,
    icon,
    run: () => void navigate({ to: path }),
  }))
}

const action = (name: string, label: string, icon: Icon, run: () => void): Item => ({
  id: `action-${name}`,
  group: 'actions',
  label,
  icon,
  run,
})

function useActions(): Item[] {
  const { t } = useTranslation('shell')
  const ask = useAsk()
  const navigate = useNavigate()
  const toast = useToast()
  const { setTheme } = useTheme()
  const operator = useMay('operator')
  const admin = useMay('admin')
  const house = useHouseNow()
  const enter = useEnterDemo()
  const leave = useLeaveDemo()
  const signOut = useSignOut((problem) => toast.trouble(t('signOut.failed'), { detail: problem.detail }))
  const theme = (name: 'light' | 'dark' | 'system', icon: Icon) =>
    action(`theme-${name}`, t('palette.theme', { name: t(`common:theme.${name}`) }), icon, () =>
      setTheme(name),
    )
  return [
    ...(admin
      ? [
          action('add', t('addMiner'), Plus, () => {
            void navigate({ to: '.', search: (before) => ({ ...before, add: 1 as const }) })
          }),
        ]
      : []),
    ...(operator
      ? [
          action('all-off', t('allOff.button'), Power, () => ask('all-off')),
          house?.mode === 'paused'
            ? action('resume', t('pause.end'), Play, () => ask('mode'))
            : action('hands-off', t('handsOff.button'), Hand, () => ask('hands-off')),
        ]
      : []),
    action('mode', t('mode.title'), Zap, () => ask('mode')),
    theme('light', Sun),
    theme('dark', Moon),
    theme('system', Monitor),
    action('keys', t('keys.title'), Keyboard, () => ask('keys')),
    house?.demo_visit
      ? action('leave-demo', t('demo.leave'), DoorOpen, () => leave.move(undefined))
      : action('sign-out', t('signOut.action'), LogOut, () => void signOut()),
    ...(admin && house?.demo === false
      ? [action('demo', t('demo.enter'), FlaskConical, () => enter.move(undefined))]
      : []),
  ]
}
