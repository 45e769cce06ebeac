import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Button } from './button.tsx'

interface Props {
  title: string
  children: ReactNode
  /** Says what will be done: never just "OK". */
  action: string
  look: 'primary' | 'danger'
  onConfirm: () => void
  onCancel: () => void
}

/** Asks once. The browser's own dialog keeps the focus inside and closes on Escape. */
export function Confirm({ title, children, action, look, onConfirm, onCancel }: Props) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onCancel}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-xl border border-line bg-surface p-6 text-text"
    >
      <h2 id={id} className="mb-2 font-semibold text-[0.9375rem]">
        {title}
      </h2>
      <div className="text-muted">{children}</div>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look={look} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </dialog>
  )
}
