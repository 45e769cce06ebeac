/** What can be told of this browser and of how the page reached it. */
export interface Facts {
  /** Over https, or on this very machine. */
  secure: boolean
  /** The browser has service workers for this page. */
  workers: boolean
  /** A worker is kept for this page. */
  kept: boolean
  /** The browser offers to install the page. */
  offer: boolean
  /** The page runs as an app already. */
  standalone: boolean
  clipboard: boolean
  notifications: boolean
  device: Device
}

/** As far as it matters for the way to the home screen. */
export type Device = 'ios' | 'android' | 'safari' | 'firefox' | 'chromium'

export const DEVICES: readonly Device[] = ['ios', 'android', 'chromium', 'safari', 'firefox']

export type Verdict =
  /** It does. */
  | 'works'
  /** It would, over https. */
  | 'https'
  /** It would, if this device trusted the certificate. */
  | 'certificate'
  /** This browser has nothing of the kind. */
  | 'browser'

export const ABILITIES = ['offline', 'install', 'copy', 'notify'] as const
export type Ability = (typeof ABILITIES)[number]

export function verdictOf(ability: Ability, facts: Facts): Verdict {
  switch (ability) {
    case 'offline':
      if (facts.kept) {
        return 'works'
      }
      // What the browser has and still does not keep, it refused.
      return facts.workers ? 'certificate' : orBrowser(facts)
    case 'install':
      if (facts.standalone || facts.offer) {
        return 'works'
      }
      return facts.device === 'firefox' ? 'browser' : (facts.secure && 'works') || 'https'
    case 'copy':
      return facts.clipboard ? 'works' : orBrowser(facts)
    default:
      return facts.notifications && facts.secure ? 'works' : orBrowser(facts)
  }
}

const orBrowser = ({ secure }: Facts): Verdict => (secure ? 'browser' : 'https')

/** From what the browser says of itself. An iPad says that it is a Mac, and gives itself away by its fingers. */
export function deviceOf(agent: string, fingers: number): Device {
  if (/iphone|ipad|ipod/i.test(agent) || (/macintosh/i.test(agent) && fingers > 1)) {
    return 'ios'
  }
  if (/android/i.test(agent)) {
    return 'android'
  }
  if (/firefox/i.test(agent)) {
    return 'firefox'
  }
  return /chrom(?:e|ium)|edg/i.test(agent) ? 'chromium' : 'safari'
}
