/** What the server says when something did not work (RFC 9457). */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors: FieldError[]
  /** After how many seconds it makes sense to try again, where the server says so. */
  retryAfterS?: number
}

interface FieldError {
  /** A JSON pointer into the body that was sent: `/password`. */
  pointer: string
  detail: string
}

/** A call that did not work, with the server's own words. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

const UNREACHABLE: Problem = {
  type: '/problems/unreachable',
  title: 'The manager does not answer',
  status: 0,
  detail:
    'The manager does not answer. Check that it is running and that this device is on the same network.',
  errors: [],
}

/** Turns the body of any answer that is not a success into a problem, also where something in between answered. */
export function problemOf(status: number, body: unknown): Problem {
  const fallback: Problem = {
    type: 'about:blank',
    title: `Answer ${status}`,
    status,
    detail: `The manager answered ${status} without an explanation. Its log may say more.`,
    errors: [],
  }
  if (!isProblem(body)) {
    return fallback
  }
  return {
    ...fallback,
    ...body,
    detail: body.detail ?? body.title ?? fallback.detail,
    errors: body.errors ?? [],
  }
}

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === 'object' && body !== null && 'type' in body && 'title' in body
}

/** The problem behind whatever was thrown. `fetch` throws only when nothing answered at all. */
export function asProblem(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : UNREACHABLE
}

/** Nothing answered: the manager is away or this device has no network. */
export function isUnreachable(problem: Problem): boolean {
  return problem.type === UNREACHABLE.type
}

/** The page's short name of a problem type: `/problems/device-unreachable` → `device-unreachable`. */
export function problemSlug(problem: Problem): string {
  return problem.type.replace(/^.*\/problems\//, '')
}

/** What is wrong with one field, if the server named it. */
export function fieldDetail(problem: Problem | undefined, field: string): string | undefined {
  return problem?.errors.find((error) => error.pointer === `/${field}`)?.detail
}
