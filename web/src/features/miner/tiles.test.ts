import { expect, test } from 'vitest'
import type { Telemetry } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import { aReading } from '@/test/readings.ts'
import { headTiles, moreTiles, rejectRate, type Tile } from './tiles.ts'

const shown = ({ id, quantity, notes }: Tile) =>
  `${id} ${quantity.value} ${quantity.unit} (${notes.map((note) => note.key).join(', ')})`

test('four numbers come first, each with where it comes from', () => {
  const reading = aReading({ hashrate_1m_hs: 1_210_000_000_000, expected_hashrate_hs: 1_240_000_000_000 })
  expect(headTiles(aMiner({ latest: reading })).map(shown)).toEqual([
    'hashrate 1.21 TH/s (note.minute, note.expectedShare)',
    'power 17.9 W (note.source.measured)',
    'efficiency 14.9 J/TH (note.efficiency)',
    'temperature 58.2 °C (note.limit, note.regulator)',
  ])
})

test('a device that never answered has dashes and the reason, never zeros', () => {
  expect(headTiles(aMiner({ latest: null })).map(shown)).toEqual([
    'hashrate –  (missing.noReading)',
    'power –  (missing.noReading)',
    'efficiency –  (missing.noReading)',
    'temperature –  (missing.noReading)',
  ])
  expect(moreTiles(aMiner({ latest: null }), undefined)).toEqual([])
})

test('a device without a meter says so, and one that rests has no efficiency', () => {
  const { capabilities } = aMiner()
  const blind = aMiner({
    capabilities: { ...capabilities, measures_power: false },
    latest: aReading({ power_w: null, power_source: null }),
  })
  expect(headTiles(blind).map(shown)).toContain('power –  (missing.noMeter)')
  expect(headTiles(blind).map(shown)).toContain('efficiency –  (missing.needsBoth)')
  const resting = aMiner({ latest: aReading({ hashrate_hs: 0 }) })
  expect(headTiles(resting).map(shown)).toContain('efficiency –  (missing.notHashing)')
  expect(headTiles(resting).map(shown)).toContain('hashrate 0 H/s (missing.notHashing)')
})

test('what a device can do and does not say is a dash; what it never says is not shown', () => {
  const bare = aMiner({
    latest: aReading({
      fan_pct: null,
      fan_rpm: null,
      frequency_mhz: null,
      rssi_dbm: null,
      best_difficulty: null,
    }),
  })
  expect(moreTiles(bare, undefined).map(shown)).toEqual([
    'fan –  (missing.notSaid)',
    'frequency –  (missing.notSaid)',
    'core_voltage 1,150 mV ()',
    'shares 812  (note.rejected)',
    'uptime 1 d  ()',
  ])
})

test('the long form of a reading adds what is measured beside what is set', () => {
  const more: Telemetry = {
    ...aReading(),
    miner_id: 1,
    hashrate_10m_hs: null,
    hashrate_1h_hs: null,
    board_temperature_c: null,
    intake_temperature_c: null,
    fan2_rpm: 3900,
    actual_frequency_mhz: 525,
    actual_core_voltage_mv: 1142,
    shares_stale: 2,
    reject_reasons: [],
    best_session_difficulty: 1_000_000,
    pool_difficulty: null,
    pool_fallback: null,
    pool_response_ms: null,
    paused: null,
    overheated: null,
    fault: null,
    firmware: null,
    error_pct: null,
    hash_errors: null,
    free_heap_bytes: null,
  }
  const tiles = moreTiles(aMiner(), more).map(shown)
  expect(tiles).toContain('fan 45 % (note.turns, note.secondFan)')
  expect(tiles).toContain('frequency 525 MHz ()')
  expect(tiles).toContain('core_voltage 1,150 mV (note.actual)')
  expect(tiles).toContain('shares 812  (note.rejected, note.stale)')
  expect(tiles).toContain('best_difficulty 5.56 G (note.session)')
})

test('a chip above its limit says so', () => {
  const hot = aMiner({ latest: aReading({ temperature_c: 71 }), temperature_limit_c: 70 })
  expect(headTiles(hot).map(shown).at(-1)).toBe('temperature 71.0 °C (note.aboveLimit, note.regulator)')
})

test('the share of rejected is of all, and unknown while there are none', () => {
  expect(rejectRate(97, 3)).toBe(3)
  expect(rejectRate(0, 0)).toBeNull()
  expect(rejectRate(5, null)).toBeNull()
})
