import { CircleAlert } from 'lucide-react'
import { createContext, type ReactNode, useContext, useId, useMemo } from 'react'

interface Wiring {
  id: string
  describedBy: string | undefined
  invalid: boolean
  required: boolean
}

const FieldWiring = createContext<Wiring | undefined>(undefined)

/** What an input inside of a field must carry so that label, hint and error belong to it. */
export function useFieldWiring() {
  const field = useContext(FieldWiring)
  return field
    ? {
        id: field.id,
        'aria-describedby': field.describedBy,
        'aria-invalid': field.invalid || undefined,
        'aria-required': field.required || undefined,
      }
    : {}
}

interface Props {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong, in a sentence that helps. */
  error?: string | undefined
  required?: boolean
  /** Stands at the end of the label's line: "optional", a link. */
  aside?: ReactNode
  /** One of Input, PasswordInput, Textarea, Select, SearchInput. */
  children: ReactNode
}

/** An input with its name, a hint and what is wrong with it. */
export function Field({ label, hint, error, required = false, aside, children }: Props) {
  const id = useId()
  const wiring = useMemo<Wiring>(() => {
    const describedBy = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
    return { id, describedBy: describedBy || undefined, invalid: Boolean(error), required }
  }, [id, hint, error, required])
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium text-base">
          {label}
        </label>
        {aside ? <span className="text-muted text-xs">{aside}</span> : null}
      </div>
      <FieldWiring value={wiring}>{children}</FieldWiring>
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  )
}

/** What is wrong with a field; read out when it appears. */
export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    // Always there, or a screen reader would not notice what appears in it; without a word in it, it takes no room.
    <div aria-live="polite" className="empty:absolute">
      {error ? (
        <p id={id} className="flex items-start gap-1.5 text-bad text-sm">
          <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
          {error}
        </p>
      ) : null}
    </div>
  )
}
