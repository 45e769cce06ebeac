import { createHmac } from 'node:crypto'
import type { APIRequestContext, PlaywrightWorkerArgs } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Manager } from './manager.ts'

export const PASSWORD = 'a house with a garden'
export const PEOPLE = { admin: 'ada', viewer: 'vera' } as const

interface Simulated {
  name: string
  address: string
}

/** Set up by whoever comes first, with a viewer and with every simulated miner. */
export async function furnish(
  manager: Manager,
  playwright: PlaywrightWorkerArgs['playwright'],
): Promise<void> {
  const request = await playwright.request.newContext({ baseURL: manager.url })
  const call = { headers: { origin: manager.url } }
  await expect.poll(async () => (await request.get('/api/health/ready')).status()).toBe(200)
  if ((await request.get('/api/auth/setup')).ok()) {
    const code = await manager.setupCode()
    const data = { code, name: PEOPLE.admin, password: PASSWORD }
    expect((await request.post('/api/auth/setup', { ...call, data })).status()).toBe(201)
  } else {
    await signIn(request, manager, PEOPLE.admin)
  }
  const settings = await (await request.get('/api/settings/house')).json()
  const { locked: _, ...house } = settings
  await request.put('/api/settings/house', { ...call, data: { ...house, set_up: true } })
  await request.post('/api/users', {
    ...call,
    data: { name: PEOPLE.viewer, role: 'viewer', password: PASSWORD },
  })
  const there: { miners: Simulated[] } = await (await fetch(`${manager.control}/world`)).json()
  for (const { name, address } of there.miners) {
    const [host, port] = address.split(':')
    await request.post('/api/miners', { ...call, data: { name, address: host, port: Number(port) } })
  }
  await request.dispose()
}

export async function signIn(request: APIRequestContext, manager: Manager, name: string): Promise<void> {
  const answer = await request.post(`${manager.url}/api/auth/login`, {
    headers: { origin: manager.url },
    data: { name, password: PASSWORD },
  })
  expect(answer.ok()).toBe(true)
}

/** Where the page of a miner is. */
export async function pageOf(request: APIRequestContext, manager: Manager, name: string): Promise<string> {
  const { items } = await (await request.get(`${manager.url}/api/miners`)).json()
  return `${manager.url}/miners/${items.find((miner: { name: string }) => miner.name === name).id}`
}

/** Tells the simulated neighbourhood what happens next. */
export async function world(manager: Manager, path: string, body: object): Promise<void> {
  const answer = await fetch(`${manager.control}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The six digits that an authenticator shows for `secret` (RFC 6238). */
export function codeNow(secret: string, now = Date.now()): string {
  const bits = [...secret.replaceAll('=', '')]
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const hash = createHmac('sha1', key).update(step).digest()
  const at = (hash.at(-1) ?? 0) & 0xf
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
