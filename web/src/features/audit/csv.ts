import type { AuditRow } from '@/api/generated/types.gen.ts'
import { csvCell } from '@/lib/files.ts'

const COLUMNS = [
  'id',
  'at',
  'actor',
  'address',
  'action',
  'entity',
  'before',
  'after',
  'settles',
  'outcome',
  'hash',
]

function cell(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return csvCell(text)
}

/** Lines of the audit log as a file for a spreadsheet. */
export function auditCsv(rows: readonly AuditRow[]): string {
  const lines = rows.map(({ id, at, actor, action, entity, before, after, settles, outcome, hash }) =>
    [id, at, actor.name, actor.address, action, entity, before, after, settles, outcome, hash]
      .map(cell)
      .join(','),
  )
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`
}
