import { cx } from 'class-variance-authority'
import { ChevronDown, Eye, EyeOff, Search, X } from 'lucide-react'
import { type ComponentProps, type ReactNode, useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { IconButton } from './button.tsx'
import { useFieldWiring } from './field.tsx'

const BOX =
  'w-full min-w-0 rounded-lg border border-edge bg-surface px-3 text-base text-text placeholder:text-muted disabled:cursor-not-allowed disabled:bg-subtle disabled:text-muted aria-invalid:border-bad aria-invalid:outline-bad focus-visible:outline-offset-1'

/** A list of choices counts as read-only to the browser, so this is not for all of them. */
const LOCKED = 'read-only:bg-subtle'

interface InputProps extends ComponentProps<'input'> {
  /** A unit or a sign that stands behind the text. */
  suffix?: ReactNode
}

/** One line of text, inside of a Field. */
export function Input({ suffix, className, ...rest }: InputProps) {
  const input = (
    <input {...useFieldWiring()} {...rest} className={cx(BOX, LOCKED, 'h-9', suffix && 'pr-12', className)} />
  )
  if (!suffix) {
    return input
  }
  return (
    <div className="relative">
      {input}
      <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-muted text-sm">
        {suffix}
      </span>
    </div>
  )
}

/** A password that can be looked at. */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  const { t } = useTranslation('common')
  const [seen, setSeen] = useState(false)
  return (
    <div className="relative">
      <input
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        {...useFieldWiring()}
        {...rest}
        type={seen ? 'text' : 'password'}
        className={cx(BOX, 'h-9 pr-10', className)}
      />
      <IconButton
        icon={seen ? EyeOff : Eye}
        label={seen ? t('ui.hidePassword') : t('ui.showPassword')}
        size="sm"
        aria-pressed={seen}
        onClick={() => setSeen(!seen)}
        className="absolute! top-0.5 right-0.5"
      />
    </div>
  )
}

/** Several lines of text. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      {...useFieldWiring()}
      rows={rows}
      {...rest}
      className={cx(BOX, LOCKED, 'min-h-9 py-1.5 leading-6', className)}
    />
  )
}

/** The device's own list of choices; children are <option> elements. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <div className="relative min-w-0">
      <select {...useFieldWiring()} {...rest} className={cx(BOX, 'h-9 appearance-none pr-9', className)}>
        {children}
      </select>
      <ChevronDown
        size={16}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-muted"
      />
    </div>
  )
}

interface SearchProps extends Omit<ComponentProps<'input'>, 'type' | 'value' | 'onChange' | 'aria-label'> {
  /** Read out in place of a label. */
  label: string
  value: string
  onValueChange: (value: string) => void
}

/** Looks for something as you type; Escape or the cross clears it. */
export function SearchInput({ label, value, onValueChange, className, placeholder, ...rest }: SearchProps) {
  const { t } = useTranslation('common')
  return (
    <div className={cx('relative h-9 min-w-0', className)}>
      <Search
        size={16}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted"
      />
      <input
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value) {
            // The first press clears the field; only the next one closes what it stands in.
            event.preventDefault()
            event.stopPropagation()
            onValueChange('')
          }
        }}
        className={cx(BOX, 'h-9 px-9 [&::-webkit-search-cancel-button]:hidden')}
      />
      {value ? (
        <IconButton
          icon={X}
          size="sm"
          label={t('ui.clear')}
          onClick={() => onValueChange('')}
          className="absolute! top-0.5 right-0.5"
        />
      ) : null}
    </div>
  )
}
