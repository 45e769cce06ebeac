import { cva, cx, type VariantProps } from 'class-variance-authority'
import { type ComponentProps, type MouseEvent, type ReactNode, useId } from 'react'
import type { Icon } from './icon.ts'
import { Slot } from './slot.tsx'
import { Spinner } from './spinner.tsx'
import { Tooltip } from './tooltip.tsx'

export const buttonLook = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-lg border font-medium transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-60 disabled:cursor-not-allowed disabled:opacity-60',
  {
    variants: {
      look: {
        primary:
          'border-accent bg-accent text-on-accent not-aria-disabled:hover:border-accent-strong not-aria-disabled:hover:bg-accent-strong',
        plain: 'border-edge/60 bg-surface text-text shadow-card not-aria-disabled:hover:bg-subtle',
        danger:
          'border-bad bg-bad text-on-accent not-aria-disabled:hover:border-bad-strong not-aria-disabled:hover:bg-bad-strong',
        ghost: 'border-transparent bg-transparent text-text not-aria-disabled:hover:bg-subtle',
      },
      size: { md: 'min-h-9 px-3.5 text-base', sm: 'min-h-8 px-2.5 text-sm' },
    },
    defaultVariants: { look: 'plain', size: 'md' },
  },
)

interface Shared extends VariantProps<typeof buttonLook> {
  /** Under way: shows it, keeps the focus and takes no second press. */
  busy?: boolean | undefined
  /** Why it cannot be pressed now. It can still be reached, and says so. */
  disabledReason?: string | undefined
}

interface ButtonProps extends ComponentProps<'button'>, Shared {
  icon?: Icon | undefined
}

/** A button that says what it does. */
export function Button({
  look,
  size,
  icon: Sign,
  busy,
  disabledReason,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <Pressable
      {...rest}
      busy={busy}
      disabledReason={disabledReason}
      className={cx(buttonLook({ look, size }), className)}
    >
      {busy ? <Spinner /> : null}
      {Sign && !busy ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
      {children}
    </Pressable>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'>, Shared {
  icon: Icon
  /** What it does, for everybody who cannot guess the picture; shown on hover. */
  label: string
}

/** A button that is only a picture; its label appears on hover and on focus. */
export function IconButton({
  icon: Sign,
  label,
  look = 'ghost',
  size = 'md',
  busy,
  disabledReason,
  className,
  ...rest
}: IconButtonProps) {
  const square = size === 'sm' ? 'size-8 p-0' : 'size-9 p-0'
  const button = (
    <Pressable
      {...rest}
      aria-label={label}
      busy={busy}
      disabledReason={disabledReason}
      className={cx(buttonLook({ look, size: null }), square, className)}
    >
      {busy ? <Spinner /> : <Sign size={18} aria-hidden />}
    </Pressable>
  )
  return disabledReason ? (
    button
  ) : (
    <Tooltip text={label} describe={false}>
      {button}
    </Tooltip>
  )
}

interface LinkButtonProps extends VariantProps<typeof buttonLook> {
  /** One link: `<Link to="…">` of the router or `<a href>`. */
  children: ReactNode
  className?: string
}

/** A link that looks like a button: it goes somewhere and does nothing. */
export function LinkButton({ look, size, className, children }: LinkButtonProps) {
  return <Slot className={cx(buttonLook({ look, size }), 'no-underline', className)}>{children}</Slot>
}

type PressableProps = ComponentProps<'button'> & Pick<Shared, 'busy' | 'disabledReason'>

function Pressable({ busy, disabledReason, onClick, type = 'button', children, ...rest }: PressableProps) {
  const id = useId()
  const off = Boolean(busy || disabledReason)
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) {
      // aria-disabled is only a word: a submit button would still submit.
      event.preventDefault()
      return
    }
    onClick?.(event)
  }
  const describedBy = cx(rest['aria-describedby'], disabledReason && id)
  const button = (
    <button
      {...rest}
      // A menu opens on these two, long before a click.
      {...(off ? { onPointerDown: undefined, onKeyDown: undefined } : {})}
      type={type === 'submit' ? 'submit' : 'button'}
      onClick={press}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-describedby={describedBy || undefined}
    >
      {children}
    </button>
  )
  if (!disabledReason) {
    return button
  }
  return (
    <>
      <Tooltip text={disabledReason} describe={false} onTap>
        {button}
      </Tooltip>
      <span id={id} hidden>
        {disabledReason}
      </span>
    </>
  )
}
