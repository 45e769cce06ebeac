import { expect, test } from 'vitest'
import { asProblem, fieldDetail, ProblemError, problemOf, problemSlug } from './problem.ts'

test("the server's own words are kept", () => {
  const body = {
    type: '/problems/invalid',
    title: 'Not valid',
    status: 422,
    detail: 'Choose a longer password.',
    errors: [{ pointer: '/password', detail: 'use at least 10 characters' }],
  }
  const problem = problemOf(422, body)
  expect(problem).toEqual(body)
  expect(fieldDetail(problem, 'password')).toBe('use at least 10 characters')
  expect(fieldDetail(problem, 'name')).toBeUndefined()
  expect(problemSlug(problem)).toBe('invalid')
})

test('a page from a proxy becomes a problem with its status', () => {
  const problem = problemOf(502, '<h1>Bad gateway</h1>')
  expect(problem.status).toBe(502)
  expect(problem.detail).toContain('502')
  expect(problem.errors).toEqual([])
})

test('a problem without detail still says something', () => {
  expect(problemOf(409, { type: '/problems/conflict', title: 'Already there' }).detail).toBe('Already there')
})

test('whatever else is thrown means that nothing answered', () => {
  expect(asProblem(new TypeError('Failed to fetch')).type).toBe('/problems/unreachable')
  const known = { type: '/problems/refused', title: '', status: 409, detail: '', errors: [] }
  expect(asProblem(new ProblemError(known))).toBe(known)
})
