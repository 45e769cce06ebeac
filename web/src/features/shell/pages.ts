import { useRouter } from '@tanstack/react-router'
import {
  BookOpenCheck,
  CircleHelp,
  CircleUserRound,
  Cpu,
  Gauge,
  Info,
  KeyRound,
  Plug,
  Radar,
  Server,
  Smartphone,
  Users,
} from 'lucide-react'
import type { Role } from '@/api/generated/types.gen.ts'
import { RANK, useMe } from '@/entities/person/me.ts'
import type { Icon } from '@/ui/icon.ts'

export interface Page {
  /** Where it is; also the key of its name. */
  path: string
  name: string
  icon: Icon
  group: 'house' | 'settings'
  /** Whoever is below this has nothing to see there. */
  role: Role
}

/** Every page that the sidebar and the command palette lead to. */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'dashboard', icon: Gauge, group: 'house', role: 'viewer' },
  { path: '/miners', name: 'miners', icon: Cpu, group: 'house', role: 'viewer' },
  { path: '/discovery', name: 'discovery', icon: Radar, group: 'house', role: 'admin' },
  { path: '/audit', name: 'audit', icon: BookOpenCheck, group: 'house', role: 'operator' },
  { path: '/faq', name: 'faq', icon: CircleHelp, group: 'house', role: 'viewer' },
  { path: '/settings/system', name: 'system', icon: Server, group: 'settings', role: 'viewer' },
  { path: '/settings/users', name: 'users', icon: Users, group: 'settings', role: 'admin' },
  { path: '/settings/tokens', name: 'tokens', icon: KeyRound, group: 'settings', role: 'admin' },
  { path: '/settings/plug-ins', name: 'plugIns', icon: Plug, group: 'settings', role: 'admin' },
  { path: '/settings/profile', name: 'profile', icon: CircleUserRound, group: 'settings', role: 'viewer' },
  { path: '/settings/install', name: 'install', icon: Smartphone, group: 'settings', role: 'viewer' },
  { path: '/settings/about', name: 'about', icon: Info, group: 'settings', role: 'viewer' },
]

/** Those of them that exist in this version and that the one signed in may see. */
export function usePages(): Page[] {
  const { routesByPath } = useRouter()
  const { role } = useMe()
  return PAGES.filter((page) => page.path in routesByPath && role !== null && RANK[role] >= RANK[page.role])
}
