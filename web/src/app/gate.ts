import { getMe, getSetup, type Me } from '@/api/client.ts'
import { asProblem, type Problem } from '@/api/problem.ts'

/** Where the person stands: the one thing that decides what the page shows. */
export type Gate =
  | { kind: 'loading' }
  | { kind: 'starting' }
  | { kind: 'set-up' }
  | { kind: 'sign-in' }
  | { kind: 'house'; me: Me }
  | { kind: 'stuck'; problem: Problem }

/** Asks the server. Who is signed in is asked first: that is the usual case and takes one call. */
export async function findGate(): Promise<Gate> {
  try {
    return { kind: 'house', me: await getMe() }
  } catch (error) {
    const problem = asProblem(error)
    return problem.status === 401 ? signInOrSetUp() : waitOrStuck(problem)
  }
}

async function signInOrSetUp(): Promise<Gate> {
  try {
    const { needed } = await getSetup()
    return { kind: needed ? 'set-up' : 'sign-in' }
  } catch (error) {
    const problem = asProblem(error)
    // Once somebody lives here, the route does not exist any more.
    return problem.status === 404 ? { kind: 'sign-in' } : waitOrStuck(problem)
  }
}

function waitOrStuck(problem: Problem): Gate {
  return problem.type === '/problems/starting' ? { kind: 'starting' } : { kind: 'stuck', problem }
}
