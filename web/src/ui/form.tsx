import { cx } from 'class-variance-authority'
import { type ReactNode, useEffect, useRef } from 'react'
import { Banner } from './banner.tsx'

/** What is wrong with the form as a whole. Takes the focus when it appears, so that nobody misses it. */
export function FormError({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const shown = Boolean(children)
  useEffect(() => {
    if (shown) {
      box.current?.focus()
    }
  }, [shown])
  if (!shown) {
    return null
  }
  return (
    <div ref={box} tabIndex={-1} className="rounded-xl">
      <Banner tone="bad">{children}</Banner>
    </div>
  )
}

/** The buttons at the end of a form; on a phone they are as wide as the form. */
export function FormActions({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cx('flex flex-wrap items-center justify-end gap-2 phone:[&>*]:grow', className)}>
      {children}
    </div>
  )
}
