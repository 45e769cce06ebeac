import { asProblem } from '@/api/problem.ts'

/** What the manager says of something that did not work: what, and what to do. */
export function ProblemWords({ error }: { error: Error }) {
  const { title, detail } = asProblem(error)
  return (
    <>
      <p className="font-medium">{title}</p>
      {detail === title ? null : <p className="break-words">{detail}</p>}
    </>
  )
}
