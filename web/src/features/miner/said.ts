import type { Telemetry } from '@/api/generated/types.gen.ts'
import { bytes, hashrate, joined, number, percent, type Quantity, temperature } from '@/lib/format.ts'

export interface Said {
  id: string
  /** The device's own word, where it has one. */
  label?: string
  value: string
}

/** What a reply holds beyond the tiles. What the device does not say is not listed. */
export function saidOf(telemetry: Telemetry): readonly Said[] {
  const facts: [string, number | null, (value: number) => Quantity][] = [
    ['hashrate10m', telemetry.hashrate_10m_hs, hashrate],
    ['hashrate1h', telemetry.hashrate_1h_hs, hashrate],
    ['board', telemetry.board_temperature_c, temperature],
    ['intake', telemetry.intake_temperature_c, temperature],
    ['errorShare', telemetry.error_pct, (value) => percent(value, 2)],
    ['hashErrors', telemetry.hash_errors, (value) => ({ value: number(value), unit: '' })],
    ['freeHeap', telemetry.free_heap_bytes, bytes],
  ]
  const fault = telemetry.fault === null ? [] : [{ id: 'fault', value: telemetry.fault }]
  return [
    ...fault,
    ...facts.flatMap(([id, value, format]) => (value === null ? [] : [{ id, value: joined(format(value)) }])),
    ...telemetry.reject_reasons.map(({ message, count }, index) => ({
      id: `rejected-${index}`,
      label: message,
      value: number(count),
    })),
  ]
}
