import { expect, test } from 'vitest'
import type { Modes } from '@/api/generated/types.gen.ts'
import { aMiner } from '@/test/miners.ts'
import {
  aboveStandard,
  faultOf,
  isEmpty,
  type NumberField,
  settingNow,
  type TuningFields,
  tuningBody,
  UNTOUCHED,
} from './tuning.ts'

const { capabilities, latest } = aMiner()
const CAN = { ...capabilities, target_temperature_c: { min: 35, max: 66 } }
const fields = (differences: Partial<TuningFields>): TuningFields => ({ ...UNTOUCHED, ...differences })

test('what is left empty is left alone', () => {
  expect(isEmpty(tuningBody(UNTOUCHED))).toBe(true)
  expect(tuningBody(fields({ frequency: ' 485,5 ' }))).toEqual({ frequency_mhz: 485.5 })
})

test('the fan is either fixed or follows a temperature, and what is not chosen is not sent', () => {
  const typed = { fanPct: '60', target: '55' }
  expect(tuningBody(fields(typed))).toEqual({})
  expect(tuningBody(fields({ ...typed, fan: 'fixed' }))).toEqual({ fan_pct: 60 })
  expect(tuningBody(fields({ ...typed, fan: 'target' }))).toEqual({ target_temperature_c: 55 })
})

const fault = (field: NumberField, differences: Partial<TuningFields>) =>
  faultOf(field, fields(differences), CAN)

test('a number is inside of its range, edges included', () => {
  expect(fault('frequency', { frequency: '400' })).toBeUndefined()
  expect(fault('frequency', { frequency: '625' })).toBeUndefined()
  expect(fault('frequency', { frequency: '625.5' })).toBe('tune.outside')
  expect(fault('frequency', { frequency: 'fast' })).toBe('tune.noNumber')
  expect(fault('frequency', {})).toBeUndefined()
  expect(fault('voltage', { voltage: '1100.5' })).toBe('tune.notWhole')
  expect(fault('target', { fan: 'target' })).toBe('tune.needed')
  expect(fault('target', { fan: 'target', target: '67' })).toBe('tune.outside')
  expect(fault('target', { fan: 'fixed', target: '67' })).toBeUndefined()
})

test("above the factory's setting is known by either number", () => {
  const modes: Modes = {
    current: null,
    items: [{ id: 'standard', label: 'Standard', frequency_mhz: 525, core_voltage_mv: 1150, level: null }],
  }
  expect(aboveStandard({ frequency_mhz: 525, core_voltage_mv: 1150 }, modes)).toBe(false)
  expect(aboveStandard({ frequency_mhz: 526 }, modes)).toBe(true)
  expect(aboveStandard({ core_voltage_mv: 1160 }, modes)).toBe(true)
  expect(aboveStandard({ fan_pct: 100 }, modes)).toBe(false)
  expect(aboveStandard({ frequency_mhz: 900 }, { ...modes, items: [] })).toBe(false)
})

test('what is set now is said where the reading says it', () => {
  expect(settingNow('frequency', latest)).toBe('525 MHz')
  expect(settingNow('target', latest)).toBeNull()
  expect(settingNow('voltage', null)).toBeNull()
})
