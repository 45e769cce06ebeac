import { expect, test } from 'vitest'
import type { Command, Desired, Modes } from '@/api/generated/types.gen.ts'
import { clock } from '@/lib/time.ts'
import { aMiner } from '@/test/miners.ts'
import {
  actorName,
  commandsToShow,
  deviceUrl,
  localTimes,
  modeChoices,
  noticeOf,
  onBehalfOf,
  powerOffer,
  tookSeconds,
  troubleOf,
  whyNot,
  wouldReturnTo,
} from './words.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const NOBODY: Desired = { power: null, mode: null, pool: null }
const by = (owner: 'override' | 'safety') => ({
  owner,
  reason: 'because',
  until: null,
  goes_back_to: null,
})

test("the server's times are said in the reader's zone", () => {
  const said = localTimes('Silent since 2026-11-20 09:15 UTC; mode eco until 2026-11-21 18:00 UTC.', NOW)
  const [since, until] = ['2026-11-20T09:15:00Z', '2026-11-21T18:00:00Z'].map((at) => clock(at, NOW))
  expect(said).toBe(`Silent since ${since}; mode eco until ${until}.`)
})

test("the device's own page is where it answers", () => {
  expect(deviceUrl({ address: '192.168.1.20', port: 80 })).toBe('http://192.168.1.20/')
  expect(deviceUrl({ address: 'fd00::20', port: 8080 })).toBe('http://[fd00::20]:8080/')
})

const STRANGER = 'another device (02:00:00:00:00:09) answers at the address of blue: left alone'

test('nothing is asked of another device that answers', () => {
  expect(whyNot('power', aMiner({ state: 'unknown', last_error: STRANGER }), 'live')).toBe('not.wrongDevice')
})

test('what cannot be asked has a reason, the most lasting first', () => {
  const { capabilities } = aMiner()
  expect(whyNot('restart', aMiner(), 'live')).toBeUndefined()
  expect(whyNot('restart', aMiner(), undefined)).toBeUndefined()
  expect(whyNot('restart', aMiner(), 'paused')).toBe('not.paused')
  expect(whyNot('restart', aMiner({ enabled: false }), 'paused')).toBe('not.enabled')
  const mute = { ...capabilities, identify: false }
  expect(whyNot('identify', aMiner({ capabilities: mute, enabled: false }), 'paused')).toBe('not.identify')
  const unread = { ...capabilities, set_mode: false, restart: false }
  expect(whyNot('restart', aMiner({ firmware: null, capabilities: unread }), 'live')).toBe('not.read')
})

test('what cannot be switched off is offered its lowest mode, if it has modes', () => {
  const { capabilities } = aMiner()
  expect(whyNot('power', aMiner(), 'live')).toBeUndefined()
  expect(whyNot('power', aMiner({ capabilities: { ...capabilities, set_mode: false } }), 'live')).toBe(
    'not.power',
  )
})

const seen = (power: 'on' | 'off' | null) => ({ power, mode: null, pool_id: null })

test('the power button goes against what is wanted, and else against what is seen', () => {
  expect(powerOffer({ desired: NOBODY, observed: seen('on') })).toBe('off')
  expect(powerOffer({ desired: NOBODY, observed: seen(null) })).toBe('off')
  expect(powerOffer({ desired: NOBODY, observed: seen('off') })).toBe('on')
  const off = { ...NOBODY, power: { value: 'off' as const, ...by('override') } }
  expect(powerOffer({ desired: off, observed: seen('on') })).toBe('on')
})

const MODES: Modes = {
  current: 'standard',
  items: ['eco', 'standard', 'turbo'].map((id) => ({
    id,
    label: id,
    frequency_mhz: null,
    core_voltage_mv: null,
    level: null,
  })),
}

const shown = (of: ReturnType<typeof modeChoices>) =>
  of.map(({ mode, runs, wanted, not }) => [mode.id, runs, wanted, not])

test('a mode says whether it runs, whether it is wanted, and why it cannot be chosen', () => {
  const desired = { ...NOBODY, mode: { value: 'eco', ...by('override') } }
  expect(shown(modeChoices(MODES, aMiner({ desired }), 'live'))).toEqual([
    ['eco', false, true, undefined],
    ['standard', true, false, undefined],
    ['turbo', false, false, 'not.overclock'],
  ])
  expect(shown(modeChoices(MODES, aMiner({ may_overclock: true }), 'live')).at(-1)).toEqual([
    'turbo',
    false,
    false,
    undefined,
  ])
  expect(modeChoices(MODES, aMiner(), 'paused').every(({ not }) => not === 'not.paused')).toBe(true)
})

test('what comes back after a new wish is what runs now, or what the wish before it replaced', () => {
  expect(wouldReturnTo(aMiner())).toBe('standard')
  const desired = { ...NOBODY, mode: { value: 'eco', ...by('override') } }
  expect(wouldReturnTo(aMiner({ desired }))).toBeNull()
  const known = { ...NOBODY, mode: { value: 'eco', ...by('override'), goes_back_to: 'turbo' } }
  expect(wouldReturnTo(aMiner({ desired: known }))).toBe('turbo')
})

const said = (differences: Parameters<typeof aMiner>[0]) => noticeOf(aMiner(differences))?.id

test('the one thing to say before all numbers', () => {
  expect(said({})).toBeUndefined()
  expect(said({ state: 'disabled' })).toBe('disabled')
  expect(said({ state: 'offline' })).toBe('offline')
  expect(said({ state: 'stuck' })).toBe('stuck')
  expect(said({ state: 'unknown' })).toBe('unknown')
  expect(said({ state: 'unknown', firmware: null, latest: null })).toBe('unread')
  expect(said({ state: 'unknown', last_error: STRANGER })).toBe('wrong_device')
  const hot = { ...NOBODY, mode: { value: 'eco', ...by('safety') } }
  expect(noticeOf(aMiner({ desired: hot }))).toEqual({ id: 'hot', tone: 'warn', words: 'because' })
})

test('a failed poll is told once', () => {
  expect(troubleOf(aMiner({ last_error: 'no answer' }))).toBe('no answer')
  expect(troubleOf(aMiner({ state: 'offline', last_error: 'no answer' }))).toBeNull()
  expect(troubleOf(aMiner())).toBeNull()
})

const command = (id: number, state: Command['state']): Command => ({
  id,
  state,
  miner_id: 1,
  kind: 'restart',
  value: null,
  owner: 'override',
  actor: { kind: 'person', id: 1, name: 'ada', address: null },
  reason: '',
  reply: null,
  planned_at: '2026-11-20T12:00:00Z',
  sent_at: null,
  settled_at: state === 'planned' || state === 'sent' ? null : '2026-11-20T12:00:30Z',
})

const ids = (...of: Command['state'][]) =>
  commandsToShow(
    of.map((state, index) => command(index, state)),
    NOW + 7_200_000,
  ).map(({ id }) => id)

test('what is under way is shown, all of it, and else what was sent last', () => {
  expect(ids('planned', 'sent', 'confirmed')).toEqual([0, 1])
  expect(ids('failed', 'confirmed')).toEqual([0])
  expect(ids()).toEqual([])
})

test('what went well is news for an hour', () => {
  expect(ids('confirmed', 'failed')).toEqual([])
  expect(commandsToShow([command(0, 'confirmed')], NOW + 600_000)).toHaveLength(1)
})

test('who did something, for whom, and how long it took', () => {
  const byManager = { kind: 'system', id: null, name: 'hmm', address: null } as const
  const done = command(0, 'confirmed')
  expect([actorName(done.actor), onBehalfOf(done)]).toEqual(['ada', undefined])
  expect([actorName(byManager), onBehalfOf({ ...done, actor: byManager })]).toEqual([undefined, 'override'])
  expect(onBehalfOf({ actor: byManager, owner: 'default' })).toBeUndefined()
  expect(tookSeconds(done)).toBe(30)
  expect(tookSeconds(command(0, 'sent'))).toBeNull()
})
