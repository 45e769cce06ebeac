import { expect, test } from 'vitest'
import { asProblem, fieldDetail, ProblemError, readProblem } from './problem.ts'

function answer(status: number, body: string, type: string): Response {
  return new Response(body, { status, headers: { 'content-type': type } })
}

test("the server's own words are kept", async () => {
  const body = {
    type: '/problems/invalid',
    title: 'Not valid',
    status: 422,
    detail: 'Choose a longer password.',
    errors: [{ pointer: '/password', detail: 'use at least 10 characters' }],
  }
  const problem = await readProblem(answer(422, JSON.stringify(body), 'application/problem+json'))
  expect(problem).toEqual(body)
  expect(fieldDetail(problem, 'password')).toBe('use at least 10 characters')
  expect(fieldDetail(problem, 'name')).toBeUndefined()
})

test('a page from a proxy becomes a problem with its status', async () => {
  const problem = await readProblem(answer(502, '<h1>Bad gateway</h1>', 'text/html'))
  expect(problem.status).toBe(502)
  expect(problem.detail).toContain('502')
  expect(problem.errors).toEqual([])
})

test('a problem without detail still says something', async () => {
  const problem = await readProblem(answer(409, '{"title":"Already there"}', 'application/problem+json'))
  expect(problem.detail).toBe('Already there')
})

test('whatever else is thrown means that nothing answered', () => {
  expect(asProblem(new TypeError('Failed to fetch')).type).toBe('/problems/unreachable')
  const known = { type: '/problems/refused', title: '', status: 409, detail: '', errors: [] }
  expect(asProblem(new ProblemError(known))).toBe(known)
})
