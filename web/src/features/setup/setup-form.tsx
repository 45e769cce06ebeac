import { setUp } from '@/api/client.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { useAttempt } from '@/lib/use-attempt.ts'
import { Field } from '@/ui/field.tsx'
import { FormCard } from '@/ui/form-card.tsx'

interface Props {
  onDone: () => Promise<void>
}

/** The first person moves in. */
export function SetupForm({ onDone }: Props) {
  const { busy, failure, run } = useAttempt(asProblem)
  const submit = (values: FormData) =>
    run(async () => {
      await setUp({
        code: String(values.get('code')).trim(),
        name: String(values.get('name')).trim(),
        password: String(values.get('password')),
      })
      await onDone()
    })
  return (
    <FormCard
      title="Set up"
      lead="Nobody lives here yet. The code shows that you may open the door: only someone with access to the machine can read it."
      action="Create the first account"
      busy={busy}
      problem={failure?.detail}
      onSubmit={submit}
    >
      <Field
        label="Set-up code"
        name="code"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        hint="In the log of the first start, and in the file setup-code in the configuration folder."
        problem={fieldDetail(failure, 'code')}
      />
      <Field label="Your name" name="name" autoComplete="username" problem={fieldDetail(failure, 'name')} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters; a few words are good."
        problem={fieldDetail(failure, 'password')}
      />
    </FormCard>
  )
}
