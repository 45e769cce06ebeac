import { type FormEventHandler, type ReactNode, useId } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormError } from './form.tsx'

interface Props {
  title: ReactNode
  description?: ReactNode
  width?: 'sm' | 'md'
  /** Says what will be done, never just "OK". */
  action: ReactNode
  look?: 'primary' | 'danger'
  busy: boolean
  /** Why it cannot be done now. */
  disabledReason?: string | undefined
  /** What went wrong and belongs to no field. */
  error: ReactNode
  /** `preventDefault` has been called. */
  onSubmit: FormEventHandler
  onClose: () => void
  children: ReactNode
}

/** A form that must be sent or left. There as long as it is rendered. */
export function FormDialog({
  title,
  description,
  width = 'md',
  action,
  look = 'primary',
  busy,
  disabledReason,
  error,
  onSubmit,
  onClose,
  children,
}: Props) {
  const { t } = useTranslation('common')
  const id = useId()
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      width={width}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form={id} look={look} busy={busy} disabledReason={disabledReason}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit(event)
        }}
        className="grid gap-4"
      >
        <FormError>{error}</FormError>
        {children}
      </form>
    </Dialog>
  )
}
