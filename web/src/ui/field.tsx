import { type ComponentProps, type ReactNode, useId } from 'react'

interface Props extends ComponentProps<'input'> {
  label: string
  hint?: ReactNode
  /** What is wrong with it; read out with the field. */
  problem: string | undefined
}

export function Field({ label, hint, problem, ...rest }: Props) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].join(' ').trim()
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        required
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
        className="min-h-10 w-full rounded-lg border border-edge bg-page px-3 text-base"
        {...rest}
      />
      {hint ? (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-muted">
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p id={`${id}-problem`} className="text-bad">
          {problem}
        </p>
      ) : null}
    </div>
  )
}
