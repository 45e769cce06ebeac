import { useState } from 'react'
import { signIn } from '@/api/client.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { useAttempt } from '@/lib/use-attempt.ts'
import { Field } from '@/ui/field.tsx'
import { FormCard } from '@/ui/form-card.tsx'
import { credentials, isTotpRequired } from './model.ts'

interface Props {
  onDone: () => Promise<void>
}

/** The field appears because it is what comes next. One function for all renders, or each would take the focus. */
const focus = (input: HTMLInputElement | null) => input?.focus()

export function SignInForm({ onDone }: Props) {
  const [wantsTotp, setWantsTotp] = useState(false)
  const { busy, failure, run } = useAttempt((error) => {
    const problem = asProblem(error)
    const asked = isTotpRequired(problem)
    setWantsTotp((before) => before || asked)
    // Being asked for the second factor is a step, not a failure.
    return asked ? undefined : problem
  })
  const submit = (values: FormData) =>
    run(async () => {
      await signIn(credentials(values))
      await onDone()
    })
  return (
    <FormCard
      title="Sign in"
      lead="Home Miner Manager"
      action="Sign in"
      busy={busy}
      problem={failure?.detail}
      onSubmit={submit}
    >
      <Field label="Name" name="name" autoComplete="username" problem={fieldDetail(failure, 'name')} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        problem={fieldDetail(failure, 'password')}
      />
      {wantsTotp ? (
        <Field
          label="Code from your authenticator"
          name="totp"
          inputMode="numeric"
          autoComplete="one-time-code"
          ref={focus}
          hint="Six digits, or one of your recovery codes."
          problem={fieldDetail(failure, 'totp')}
        />
      ) : null}
    </FormCard>
  )
}
