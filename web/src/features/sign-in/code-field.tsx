import { useEffect, useRef, useState } from 'react'
import type { UseFormRegisterReturn } from 'react-hook-form'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { Input } from '@/ui/input.tsx'

interface Props {
  error: string | undefined
  registration: UseFormRegisterReturn
}

/** Six digits of the authenticator; for whoever has lost it, a recovery code in the same place. */
export function CodeField({ error, registration }: Props) {
  const { t } = useTranslation('sign-in')
  const [recovery, setRecovery] = useState(false)
  const which = recovery ? 'recovery' : 'code'
  return (
    <div className="grid justify-items-start gap-2">
      <div className="w-full">
        <Field label={t(`${which}.label`)} hint={t(`${which}.hint`)} error={error}>
          <CodeInput key={which} recovery={recovery} registration={registration} />
        </Field>
      </div>
      <Button look="ghost" size="sm" className="-ml-2.5" onClick={() => setRecovery(!recovery)}>
        {t(recovery ? 'recovery.other' : 'code.other')}
      </Button>
    </div>
  )
}

/** It appears because it is what comes next, so it takes the focus; and again when the other kind is wanted. */
function CodeInput({ recovery, registration }: { recovery: boolean; registration: UseFormRegisterReturn }) {
  const input = useRef<HTMLInputElement | null>(null)
  useEffect(() => {
    input.current?.focus()
  }, [])
  return (
    <Input
      autoComplete="one-time-code"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      // A phone's number pad has no letters, and recovery codes do.
      inputMode={recovery ? 'text' : 'numeric'}
      {...registration}
      ref={(element) => {
        registration.ref(element)
        input.current = element
      }}
    />
  )
}
