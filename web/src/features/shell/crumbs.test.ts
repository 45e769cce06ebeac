import { expect, test } from 'vitest'
import { crumbsOf } from './crumbs.ts'

const way = (path: string) => crumbsOf(path).map((crumb) => (crumb.kind === 'page' ? crumb.name : crumb.id))

test('the way to a page ends with the page', () => {
  expect(way('/')).toEqual(['dashboard'])
  expect(way('/miners')).toEqual(['miners'])
  expect(way('/miners/')).toEqual(['miners'])
  expect(way('/miners/12')).toEqual(['miners', 12])
  expect(way('/settings/users')).toEqual(['settings', 'users'])
  expect(way('/welcome')).toEqual(['welcome'])
})

test('settings are a place on the way and no page', () => {
  expect(crumbsOf('/settings/users')[0]).toEqual({ kind: 'page', name: 'settings', path: undefined })
})

test('a page that is on no map has no way', () => {
  expect(way('/nowhere')).toEqual([])
  expect(way('/miners/blue')).toEqual([])
})
