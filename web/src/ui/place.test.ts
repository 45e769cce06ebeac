import { expect, test } from 'vitest'
import { placeBeside } from './place.ts'

const ROOM = { width: 400, height: 300 }
const WORDS = { width: 100, height: 20 }

test('it stands centred on the wished side', () => {
  const anchor = { left: 150, top: 100, width: 40, height: 30 }
  expect(placeBeside(anchor, WORDS, ROOM, 'top')).toEqual({ left: 120, top: 74 })
  expect(placeBeside(anchor, WORDS, ROOM, 'bottom')).toEqual({ left: 120, top: 136 })
  expect(placeBeside(anchor, WORDS, ROOM, 'left')).toEqual({ left: 44, top: 105 })
  expect(placeBeside(anchor, WORDS, ROOM, 'right')).toEqual({ left: 196, top: 105 })
})

test('it goes to the other side where there is no room', () => {
  expect(placeBeside({ left: 150, top: 10, width: 40, height: 30 }, WORDS, ROOM, 'top').top).toBe(46)
  expect(placeBeside({ left: 20, top: 100, width: 40, height: 30 }, WORDS, ROOM, 'left').left).toBe(66)
})

test('it never leaves the window', () => {
  expect(placeBeside({ left: 380, top: 100, width: 20, height: 20 }, WORDS, ROOM, 'top').left).toBe(292)
  expect(placeBeside({ left: 0, top: 100, width: 20, height: 20 }, WORDS, ROOM, 'top').left).toBe(8)
})

test('below a button it begins or ends where the button does', () => {
  const anchor = { left: 150, top: 100, width: 40, height: 30 }
  expect(placeBeside(anchor, WORDS, ROOM, 'bottom', 'start')).toEqual({ left: 150, top: 136 })
  expect(placeBeside(anchor, WORDS, ROOM, 'bottom', 'end')).toEqual({ left: 90, top: 136 })
})
