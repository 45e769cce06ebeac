import { cx } from 'class-variance-authority'
import logo from './icon.svg'

/** The mark and the name of the program. */
export function Brand({ name, className }: { name: string; className?: string }) {
  return (
    <span className={cx('flex min-w-0 items-center gap-2.5', className)}>
      <img src={logo} alt="" width={28} height={28} className="shrink-0" />
      <span className="truncate font-semibold text-base">{name}</span>
    </span>
  )
}
