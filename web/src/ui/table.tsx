import { cx } from 'class-variance-authority'
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { useScrollFocus } from './scroll-focus.ts'

interface TableProps {
  /** What the table holds; read out. */
  label: string
  className?: string
  children: ReactNode
}

/** A table that scrolls sideways inside of itself where there is no room. */
export function Table({ label, className, children }: TableProps) {
  return (
    <div {...useScrollFocus({ 'aria-label': label })} className={cx('overflow-x-auto rounded-xl', className)}>
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{label}</caption>
        {children}
      </table>
    </div>
  )
}

/** The head of a table. */
export function Thead({ children }: { children: ReactNode }) {
  return (
    <thead>
      <tr className="h-11 border-line border-b">{children}</tr>
    </thead>
  )
}

/** The rows of a table. */
export function Tbody({ children }: { children: ReactNode }) {
  return <tbody className="divide-y divide-line">{children}</tbody>
}

/** One row, high enough for a finger. */
export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={cx('h-15 sm:h-11', className)} />
}

export type SortDirection = 'ascending' | 'descending'

interface ThProps {
  numeric?: boolean
  /** How the column is sorted now: `none` if it can be but is not. Leave out where it cannot. */
  sort?: SortDirection | 'none'
  onSort?: () => void
  className?: string
  children?: ReactNode
}

/** The name of a column, with a button if it can be sorted. */
export function Th({ numeric = false, sort, onSort, className, children }: ThProps) {
  const Sign = sort === 'ascending' ? ArrowUp : sort === 'descending' ? ArrowDown : ChevronsUpDown
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={cx('px-4 font-medium text-muted', numeric ? 'text-right' : 'text-left', className)}
    >
      {sort && onSort ? (
        <button
          type="button"
          onClick={onSort}
          className={cx(
            '-mx-1.5 inline-flex min-h-8 items-center gap-1.5 whitespace-nowrap rounded-md px-1.5 font-medium hover:text-text',
            numeric && 'flex-row-reverse',
            sort !== 'none' && 'text-text',
          )}
        >
          {children}
          <Sign size={14} aria-hidden className="shrink-0" />
        </button>
      ) : (
        children
      )}
    </th>
  )
}

interface TdProps extends ComponentProps<'td'> {
  numeric?: boolean
}

/** A cell; numbers stand at the right, one below the other. */
export function Td({ numeric = false, className, ...rest }: TdProps) {
  return (
    <td {...rest} className={cx('px-4 py-1.5', numeric && 'nums whitespace-nowrap text-right', className)} />
  )
}
