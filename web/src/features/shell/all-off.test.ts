import { expect, test } from 'vitest'
import type { Command, CommandState } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { outcomesOf, reachOf, restless } from './all-off.ts'

const command = (id: number, state: CommandState, reply: string | null = null): [number, Command] => [
  id,
  {
    id,
    miner_id: id,
    kind: 'set_power',
    value: 'off',
    state,
    reason: 'ada asked for it',
    reply,
    owner: 'override',
    actor: { kind: 'person', id: 1, name: 'ada', address: null },
    planned_at: '2026-11-01T12:00:00Z',
    sent_at: null,
    settled_at: null,
  },
]

test('whoever cannot be reached is counted before, not found out afterwards', () => {
  const pauses = aMiner({ capabilities: { ...aMiner().capabilities, power_off: 'pause' } })
  const never = aMiner({ capabilities: { ...aMiner().capabilities, power_off: 'none' } })
  expect(reachOf([pauses, pauses, never, { ...never, enabled: false }])).toEqual({
    told: 2,
    lowest: 1,
    disabled: 1,
  })
})

test('what went wrong comes first, with its reason, and nothing is called done before it is confirmed', () => {
  const answers = [1, 2, 3, 4].map((id) => ({ miner_id: id, command_id: id, error: null }))
  const commands = new Map([command(1, 'confirmed'), command(2, 'sent'), command(3, 'failed', 'no')])
  expect(
    outcomesOf(
      [...answers, { miner_id: 5, command_id: null, error: 'it cannot be switched off' }],
      commands,
      new Set(),
    ),
  ).toEqual([
    { minerId: 3, state: 'failed', why: 'no', sort: 'trouble' },
    { minerId: 5, state: undefined, why: 'it cannot be switched off', sort: 'trouble' },
    { minerId: 2, state: 'sent', why: undefined, sort: 'waiting' },
    { minerId: 4, state: undefined, why: undefined, sort: 'waiting' },
    { minerId: 1, state: 'confirmed', why: undefined, sort: 'done' },
  ])
})

test('a refused command says why', () => {
  const answers = [{ miner_id: 1, command_id: 1, error: null }]
  expect(outcomesOf(answers, new Map([command(1, 'refused')]), new Set())[0]?.why).toBe('ada asked for it')
})

test('a miner that cannot rest is never called off: it runs in its lowest mode', () => {
  const never = aMiner({ id: 1, capabilities: { ...aMiner().capabilities, power_off: 'none' } })
  const pauses = aMiner({ id: 2, capabilities: { ...aMiner().capabilities, power_off: 'pause' } })
  const answers = [1, 2].map((id) => ({ miner_id: id, command_id: id, error: null }))
  const sorts = (...states: CommandState[]) =>
    outcomesOf(
      answers,
      new Map(states.map((state, at) => command(at + 1, state))),
      restless([never, pauses]),
    ).map(({ minerId, sort }) => [minerId, sort])
  expect(sorts('confirmed', 'confirmed')).toEqual([
    [1, 'lowest'],
    [2, 'done'],
  ])
  expect(sorts('sent', 'failed')).toEqual([
    [2, 'trouble'],
    [1, 'waiting'],
  ])
})
