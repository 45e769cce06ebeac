import { cx } from 'class-variance-authority'
import { type ReactNode, useId } from 'react'

interface Props {
  title?: ReactNode
  /** Stands at the end of the head: a unit, a link, a small button. */
  aside?: ReactNode
  /** Heading level, so that the page's outline has no holes. */
  level?: 2 | 3
  /** Lets a table or a list reach the edges. */
  flush?: boolean
  className?: string
  children?: ReactNode
}

/** A piece of the page with a line around it; with a title it is a region of its own. */
export function Card({ title, aside, level = 2, flush = false, className, children }: Props) {
  const id = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  const look = cx('min-w-0 rounded-xl border border-line bg-surface shadow-card', className)
  const body = flush ? children : <div className={cx('px-4 pb-4', !title && 'pt-4')}>{children}</div>
  if (!title) {
    return <div className={look}>{body}</div>
  }
  return (
    <section aria-labelledby={id} className={look}>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 px-4 py-2">
        <Heading id={id} className="font-semibold text-base">
          {title}
        </Heading>
        {aside ? <div className="text-muted text-xs">{aside}</div> : null}
      </div>
      {body}
    </section>
  )
}

interface GridProps {
  /** The least width of one card; as many stand side by side as fit. */
  min?: 'narrow' | 'wide'
  className?: string
  children: ReactNode
}

const GRIDS = {
  narrow: 'grid-cols-[repeat(auto-fill,minmax(min(100%,10.5rem),1fr))]',
  wide: 'grid-cols-[repeat(auto-fill,minmax(min(100%,21rem),1fr))]',
}

/** Cards side by side, as many as there is room for. */
export function CardGrid({ min = 'wide', className, children }: GridProps) {
  return <div className={cx('grid gap-4', GRIDS[min], className)}>{children}</div>
}
