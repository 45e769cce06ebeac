import { type ReactNode, type SubmitEvent, useId } from 'react'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

interface Props {
  title: string
  lead: ReactNode
  action: string
  busy: boolean
  /** What went wrong with the form as a whole. */
  problem: string | undefined
  onSubmit: (values: FormData) => void
  children: ReactNode
}

/** A page that is one form. */
export function FormCard({ title, lead, action, busy, problem, onSubmit, children }: Props) {
  const id = useId()
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSubmit(new FormData(event.currentTarget))
  }
  return (
    <form
      aria-labelledby={id}
      onSubmit={submit}
      className="mx-auto grid w-full max-w-md gap-4 rounded-xl border border-line bg-surface p-6 shadow-xs"
    >
      <div>
        <h1 id={id} className="mb-1 font-semibold text-xl">
          {title}
        </h1>
        <p className="text-muted">{lead}</p>
      </div>
      {children}
      {problem ? <Notice look="bad">{problem}</Notice> : null}
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? 'One moment…' : action}
      </Button>
    </form>
  )
}
