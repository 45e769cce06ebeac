import { cx } from 'class-variance-authority'
import { Clock, CloudOff, OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from './banner.tsx'
import { Disclosure } from './disclosure.tsx'
import type { Icon } from './icon.ts'

interface LoadingProps {
  /** As many lines as the content will have, so that nothing jumps when it comes. */
  rows?: number
  /** Height of one line in pixels: 44 for a row of a table. */
  rowHeight?: number
  /** What is being loaded; read out. */
  label?: string
  className?: string
}

/** Stands in for something that is on its way, with the same height. */
export function Loading({ rows = 3, rowHeight = 44, label, className }: LoadingProps) {
  const { t } = useTranslation('common')
  return (
    <output aria-busy="true" className={cx('grid', className)}>
      <span className="sr-only">{label ?? t('ui.loading')}</span>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex items-center" style={{ height: rowHeight }}>
          <Skeleton className="h-4" style={{ width: `${92 - ((row * 17) % 40)}%` }} />
        </div>
      ))}
    </output>
  )
}

/** One grey bar or box, for a skeleton of one's own inside of something with `aria-busy`. */
export function Skeleton({ className, style }: { className?: string; style?: React.CSSProperties }) {
  return <div aria-hidden className={cx('animate-pulse rounded-md bg-subtle', className)} style={style} />
}

interface EmptyProps {
  icon: Icon
  title: ReactNode
  reason?: ReactNode
  action?: ReactNode
}

/** Nothing here: one line, one reason, one thing to do. */
export function Empty({ icon: Sign, title, reason, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-1 px-4 py-10 text-center">
      <span className="mb-2 grid size-12 place-items-center rounded-full bg-subtle text-muted">
        <Sign size={22} aria-hidden />
      </span>
      <p className="font-semibold text-lg">{title}</p>
      {reason ? <p className="max-w-prose text-muted">{reason}</p> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  )
}

interface ErrorProps {
  /** What was tried. */
  title: ReactNode
  /** What happened, and what to do. */
  detail?: ReactNode
  action?: ReactNode
  /** For whoever helps: folded away. */
  details?: ReactNode
}

/** Something could not be shown. */
export function ErrorState({ title, detail, action, details }: ErrorProps) {
  const { t } = useTranslation('common')
  return (
    <div className="grid justify-items-center gap-1 px-4 py-8 text-center">
      <span className="mb-2 grid size-12 place-items-center rounded-full bg-bad-soft text-bad">
        <OctagonAlert size={22} aria-hidden />
      </span>
      <div role="alert">
        <p className="font-semibold text-lg">{title}</p>
        {detail ? <p className="max-w-prose text-muted">{detail}</p> : null}
      </div>
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
      {details ? (
        <div className="mt-3 w-full max-w-prose text-left">
          <Disclosure summary={t('ui.details')}>{details}</Disclosure>
        </div>
      ) : null}
    </div>
  )
}

/** Says how old something is, where it is too old to be believed. `age` is a whole phrase: "12 min ago". */
export function StaleMark({ age }: { age: string }) {
  return (
    <span className="nums inline-flex items-center gap-1 whitespace-nowrap text-warn text-xs">
      <Clock size={12} aria-hidden className="shrink-0" />
      {age}
    </span>
  )
}

/** The manager cannot be reached: what is shown is from before. `since` is a whole phrase: "since 14:02". */
export function OfflineBanner({ since, action }: { since?: string; action?: ReactNode }) {
  const { t } = useTranslation('common')
  return (
    <Banner tone="warn" icon={CloudOff} action={action}>
      {since ? t('ui.offlineSince', { since }) : t('ui.offline')}
    </Banner>
  )
}
