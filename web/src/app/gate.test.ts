import { beforeEach, expect, test, vi } from 'vitest'
import { findGate } from './gate.ts'

type Answers = Record<string, [status: number, body: object]>

/** A server that knows these paths and nothing else. */
function server(answers: Answers): void {
  vi.stubGlobal('fetch', async (url: URL) => {
    const [status, body] = answers[url.pathname] ?? [404, { type: '/problems/not-found' }]
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })
  })
}

const nobody: [number, object] = [401, { type: '/problems/sign-in-required' }]

beforeEach(() => {
  document.head.innerHTML = '<base href="http://manager.local/">'
})

test('a signed-in person sees the house', async () => {
  const me = { name: 'ada', role: 'admin' }
  server({ '/api/auth/me': [200, me] })
  expect(await findGate()).toEqual({ kind: 'house', me })
})

test('an empty house asks for its first person', async () => {
  server({ '/api/auth/me': nobody, '/api/auth/setup': [200, { needed: true }] })
  expect(await findGate()).toEqual({ kind: 'set-up' })
})

test('a house with people asks who is there', async () => {
  server({ '/api/auth/me': nobody })
  expect(await findGate()).toEqual({ kind: 'sign-in' })
})

test('a house that is getting up is waited for, whichever call hears of it', async () => {
  const starting: [number, object] = [503, { type: '/problems/starting' }]
  server({ '/api/auth/me': starting })
  expect(await findGate()).toEqual({ kind: 'starting' })
  server({ '/api/auth/me': nobody, '/api/auth/setup': starting })
  expect(await findGate()).toEqual({ kind: 'starting' })
})

test('another problem is shown and not mistaken for a signed-out person', async () => {
  server({ '/api/auth/me': [500, { type: '/problems/internal', detail: 'see the log' }] })
  expect(await findGate()).toMatchObject({ kind: 'stuck', problem: { detail: 'see the log' } })
})

test('a manager that does not answer is said to be silent', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch')
  })
  expect(await findGate()).toMatchObject({ kind: 'stuck', problem: { type: '/problems/unreachable' } })
})
