import { ProblemError, readProblem } from './problem.ts'

export type Mode = 'live' | 'dry_run' | 'paused'

export interface Me {
  name: string
  /** `null` for a token that is for metrics alone. */
  role: 'viewer' | 'operator' | 'admin' | null
}

interface System {
  version: string
}

interface SystemMode {
  mode: Mode
  /** What it was before *Hands off*; absent where nobody pressed it. */
  before?: Mode | null
}

interface Miner {
  state: string
}

interface Page<T> {
  items: T[]
  next: string | null
}

export interface Credentials {
  name: string
  password: string
  totp?: string
}

export const getMe = () => get<Me>('api/auth/me')
export const getSetup = () => get<{ needed: boolean }>('api/auth/setup')
export const setUp = (body: { code: string; name: string; password: string }) =>
  send('POST', 'api/auth/setup', body)
export const signIn = (body: Credentials) => send('POST', 'api/auth/login', body)
export const signOut = () => send('POST', 'api/auth/logout', {})
export const getSystem = () => get<System>('api/system')
export const getMode = () => get<SystemMode>('api/system/mode')
export const setMode = (mode: Mode) => send('PUT', 'api/system/mode', { mode })
export const allOff = () => send('POST', 'api/miners/all-off', {})

/** All miners, over as many pages as there are. */
export async function getMiners(): Promise<Miner[]> {
  const all: Miner[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page<Miner> = await get<Page<Miner>>(`api/miners?limit=1000${query}`)
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return all
}

async function get<T>(path: string): Promise<T> {
  const response = await call(path, { method: 'GET' })
  return response.json()
}

async function send(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
  await call(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

/** Paths are relative to the page's base, so that the manager may live below a path of a larger site. */
async function call(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(new URL(path, document.baseURI), { credentials: 'same-origin', ...init })
  if (!response.ok) {
    throw new ProblemError(await readProblem(response))
  }
  return response
}
