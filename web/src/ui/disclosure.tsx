import { cx } from 'class-variance-authority'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  summary: ReactNode
  open?: boolean
  onToggle?: (open: boolean) => void
  className?: string
  children: ReactNode
}

/** Something folded away that opens where it stands; the browser's search finds it too. */
export function Disclosure({ summary, open, onToggle, className, children }: Props) {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
      className={cx('group/fold min-w-0', className)}
    >
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-lg font-medium text-base [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-muted transition-transform group-open/fold:rotate-90"
        />
        {summary}
      </summary>
      <div className="pt-1 pb-2 pl-6">{children}</div>
    </details>
  )
}
