import { cx } from 'class-variance-authority'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { FieldError } from './field.tsx'
import type { Icon } from './icon.ts'

interface BoxProps extends Omit<ComponentProps<'input'>, 'type' | 'role' | 'children'> {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
}

const CHECK =
  'mt-0.5 size-[18px] shrink-0 accent-accent disabled:cursor-not-allowed not-disabled:cursor-pointer'
const SWITCH =
  'relative h-5 w-9 shrink-0 appearance-none rounded-full border border-edge bg-subtle transition-colors before:absolute before:top-1/2 before:left-0.5 before:size-3.5 before:-translate-y-1/2 before:rounded-full before:bg-edge before:transition-transform checked:border-accent checked:bg-accent checked:before:translate-x-4 checked:before:bg-on-accent disabled:cursor-not-allowed disabled:opacity-60 not-disabled:cursor-pointer'

/** Yes or no, kept with the rest of the form. */
export function Checkbox(props: BoxProps) {
  return <Labelled {...props} look={CHECK} />
}

/** On or off, at once. */
export function Switch(props: BoxProps) {
  return <Labelled {...props} look={SWITCH} as="switch" />
}

function Labelled({
  label,
  hint,
  error,
  look,
  as,
  className,
  ...rest
}: BoxProps & { look: string; as?: 'switch' }) {
  const id = useId()
  const describedBy = cx(rest['aria-describedby'], hint && `${id}-hint`, error && `${id}-error`)
  return (
    <div className={cx('grid content-start gap-1', className)}>
      <label className="flex min-h-6 items-start gap-2.5">
        <input
          {...rest}
          type="checkbox"
          role={as}
          aria-describedby={describedBy || undefined}
          aria-invalid={error ? true : undefined}
          className={look}
        />
        <span className="text-base">{label}</span>
      </label>
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  )
}

interface CardsProps<Value extends string> {
  /** The question. */
  legend: ReactNode
  /** Says the question to a screen reader only, where a heading says it already. */
  legendHidden?: boolean
  name: string
  value: Value | undefined
  onValueChange: (value: Value) => void
  options: { value: Value; label: ReactNode; hint?: ReactNode; icon?: Icon; disabledReason?: string }[]
  error?: string | undefined
  columns?: 1 | 2 | 3
}

const COLUMNS = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-3' }

/** One of a few answers, each with room to explain itself. */
export function RadioCards<Value extends string>({
  legend,
  legendHidden = false,
  name,
  value,
  onValueChange,
  options,
  error,
  columns = 1,
}: CardsProps<Value>) {
  const id = useId()
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="grid min-w-0 gap-2">
      <legend className={legendHidden ? 'sr-only' : 'mb-1.5 font-medium text-base'}>{legend}</legend>
      <div className={cx('grid gap-2', COLUMNS[columns])}>
        {options.map((option) => (
          <RadioCard
            key={option.value}
            {...option}
            name={name}
            checked={option.value === value}
            onPick={() => onValueChange(option.value)}
          />
        ))}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  )
}

interface CardProps {
  value: string
  label: ReactNode
  hint?: ReactNode
  icon?: Icon
  disabledReason?: string
  name: string
  checked: boolean
  onPick: () => void
}

function RadioCard({ value, label, hint, icon: Sign, disabledReason, name, checked, onPick }: CardProps) {
  const id = useId()
  const more = disabledReason ?? hint
  return (
    <label
      className={cx(
        'flex min-h-11 items-start gap-3 rounded-lg border border-edge/60 p-3 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 has-checked:border-accent has-checked:bg-accent-soft',
        disabledReason
          ? 'cursor-not-allowed bg-subtle text-muted'
          : 'cursor-pointer bg-surface hover:border-edge',
      )}
    >
      <input
        type="radio"
        name={name}
        value={value}
        checked={checked}
        aria-disabled={disabledReason ? true : undefined}
        aria-labelledby={`${id}-label`}
        aria-describedby={more ? `${id}-more` : undefined}
        // Not `disabled`: it can be reached, and says why it cannot be chosen.
        onChange={() => (disabledReason ? undefined : onPick())}
        className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
      />
      <span className="grid min-w-0 gap-0.5">
        <span id={`${id}-label`} className="font-medium text-base">
          {label}
        </span>
        {more ? (
          <span id={`${id}-more`} className="text-muted text-sm">
            {more}
          </span>
        ) : null}
      </span>
      {Sign ? <Sign size={20} aria-hidden className="ml-auto shrink-0 text-muted" /> : null}
    </label>
  )
}
