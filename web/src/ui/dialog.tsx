import { cx } from 'class-variance-authority'
import { X } from 'lucide-react'
import { type PointerEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, IconButton } from './button.tsx'
import { lockScroll } from './lock-scroll.ts'
import { useScrollFocus } from './scroll-focus.ts'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons; they stay in sight while the rest scrolls. */
  footer?: ReactNode
  /** `start` is a drawer at the side where reading begins. */
  place?: 'centre' | 'start'
  width?: 'sm' | 'md' | 'lg'
  /** Only its own buttons close it: what it shows is not shown again, or it is at work. */
  firm?: boolean
  /** Hides the head from the eye where the content speaks for itself (the command palette). */
  bare?: boolean
}

/** Something that must be answered before the rest goes on. In the middle of a desk, at the foot of a phone. */
export function Dialog({ open, ...rest }: Props) {
  return open ? <OpenDialog {...rest} /> : null
}

const WIDTHS = { sm: 'sm:w-[26rem]', md: 'sm:w-[34rem]', lg: 'sm:w-[48rem]' }
const PLACES = {
  centre:
    'mt-auto mb-0 w-full max-w-full rounded-t-2xl max-h-[92dvh] starting:translate-y-6 sm:m-auto sm:max-w-[calc(100vw-2rem)] sm:rounded-2xl sm:max-h-[calc(100dvh-4rem)] sm:starting:translate-y-2',
  start:
    'my-0 ml-0 mr-auto h-dvh max-h-dvh w-[min(19rem,calc(100vw-3rem))] max-w-none starting:-translate-x-6',
}

/** Where work begins. Without one of these the browser takes the first control, which is the cross. */
const FIRST = '[data-autofocus], [data-body] :is(input, select, textarea):not([type=hidden], [disabled])'

type OpenProps = Omit<Props, 'open'>

/**
 * The browser's own dialog keeps the focus inside, gives it back, closes on Escape and makes the rest inert,
 * without a style element that the content security policy would refuse.
 */
function OpenDialog({
  onOpenChange,
  title,
  description,
  children,
  footer,
  place = 'centre',
  width = 'md',
  firm = false,
  bare = false,
}: OpenProps) {
  const id = useId()
  const { t } = useTranslation('common')
  const dialog = useRef<HTMLDialogElement>(null)

  // A layout effect, because the focus can only be given back while the element is still in the page.
  useLayoutEffect(() => {
    const element = dialog.current
    const unlock = lockScroll()
    element?.showModal()
    element?.querySelector<HTMLElement>(FIRST)?.focus()
    return () => {
      element?.close()
      unlock()
    }
  }, [])

  const closeFromOutside = (event: PointerEvent) => {
    // The backdrop belongs to the dialog element itself. A slip must not throw away what was typed.
    if (event.target === dialog.current && !firm && !dialog.current?.querySelector('form')) {
      onOpenChange(false)
    }
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-text` : undefined}
      onPointerDown={closeFromOutside}
      onCancel={(event) => firm && event.target === dialog.current && event.preventDefault()}
      // A close that was asked for before the dialog was opened again is not meant for it.
      onClose={() => dialog.current?.open || onOpenChange(false)}
      className={cx(
        'flex-col overflow-hidden border border-line bg-raised p-0 text-text shadow-float transition-[translate,opacity] duration-150 open:flex starting:opacity-0',
        PLACES[place],
        place === 'centre' && WIDTHS[width],
      )}
    >
      <div className={bare ? 'sr-only' : 'flex items-start justify-between gap-4 px-5 pt-5 pb-3'}>
        <div className="wrap-anywhere min-w-0">
          <h2 id={`${id}-title`} className="font-semibold text-lg">
            {title}
          </h2>
          {description ? (
            <div id={`${id}-text`} className="mt-1 text-base text-muted">
              {description}
            </div>
          ) : null}
        </div>
        {bare || firm ? null : (
          <IconButton
            icon={X}
            label={t('ui.close')}
            onClick={() => onOpenChange(false)}
            className="-mt-1.5 -mr-2"
          />
        )}
      </div>
      {children ? (
        <DialogBody labelledBy={`${id}-title`} className={bare ? '' : 'px-5 pb-5'}>
          {children}
        </DialogBody>
      ) : null}
      {footer ? (
        <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-4 phone:[&>*]:grow">
          {footer}
        </div>
      ) : null}
    </dialog>
  )
}

interface BodyProps {
  labelledBy: string
  className: string
  children: ReactNode
}

/** The part that scrolls, while head and foot stay. */
function DialogBody({ labelledBy, className, children }: BodyProps) {
  return (
    <div
      data-body
      {...useScrollFocus({ 'aria-labelledby': labelledBy })}
      className={cx('min-h-0 grow overflow-y-auto', className)}
    >
      {children}
    </div>
  )
}

interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names the thing: "Restart Garage 3?" */
  title: string
  /** Names the effect. */
  text: ReactNode
  /** Says what will be done, never just "OK". */
  action: string
  look?: 'primary' | 'danger'
  busy?: boolean
  onConfirm: () => void
  /** More to choose, or what went wrong. */
  children?: ReactNode
}

/** Asks once, naming the thing and the effect. The focus begins on the way out. */
export function Confirm({
  open,
  onOpenChange,
  title,
  text,
  action,
  look = 'primary',
  busy = false,
  onConfirm,
  children,
}: ConfirmProps) {
  const { t } = useTranslation('common')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={text}
      width="sm"
      footer={
        <>
          <Button data-autofocus onClick={() => onOpenChange(false)}>
            {t('ui.cancel')}
          </Button>
          <Button look={look} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
