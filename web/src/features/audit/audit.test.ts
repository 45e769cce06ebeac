import { expect, test } from 'vitest'
import type { AuditRow } from '@/api/generated/types.gen.ts'
import { auditCsv } from './csv.ts'
import { auditSearch, span } from './search.ts'

const ROW: AuditRow = {
  id: 7,
  at: '2026-11-20T12:00:00Z',
  actor: { kind: 'person', id: 1, name: '=cmd("x")', address: '192.168.1.5' },
  action: 'miner.change',
  entity: 'miner:3',
  before: { name: 'blue' },
  after: null,
  settles: null,
  outcome: 'done, at last',
  hash: 'abc',
}

test('d1_a_cell_never_begins_a_formula, and commas and quotes stay inside of it', () => {
  expect(auditCsv([ROW]).split('\r\n')[1]).toBe(
    `7,2026-11-20T12:00:00Z,"'=cmd(""x"")",192.168.1.5,miner.change,miner:3,"{""name"":""blue""}",,,"done, at last",abc`,
  )
  expect(auditCsv([{ ...ROW, actor: { ...ROW.actor, name: '@SUM' } }])).toContain(",'@SUM,")
  expect(auditCsv([])).toMatch(/^id,at,actor,.*\r\n$/)
})

test('what the address holds is taken where it can be used', () => {
  expect(auditSearch({ actor: 'ada', from: '2026-11-20', to: 'soon', tab: 'events', level: 'info' })).toEqual(
    {
      actor: 'ada',
      from: '2026-11-20',
      tab: 'events',
    },
  )
  expect(auditSearch({ actor: 7, entity: '', action: ['x'] })).toEqual({ actor: '7' })
})

test('the last day belongs to the span', () => {
  const { from, to } = span({ from: '2026-11-20', to: '2026-11-20' })
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(24 * 3_600_000)
  expect(span({})).toEqual({})
})
