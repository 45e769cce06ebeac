import { type ReactNode, useId } from 'react'

interface Props {
  title: string
  children: ReactNode
}

export function Card({ title, children }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="rounded-xl border border-line bg-surface p-4 shadow-xs">
      <h2 id={id} className="mb-2 font-semibold text-[0.8125rem] text-muted">
        {title}
      </h2>
      {children}
    </section>
  )
}
