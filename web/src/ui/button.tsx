import type { ComponentProps } from 'react'

const LOOKS = {
  primary: 'border-accent bg-accent text-on-accent hover:border-accent-strong hover:bg-accent-strong',
  danger: 'border-bad bg-bad text-on-accent hover:border-bad-strong hover:bg-bad-strong',
  plain: 'border-edge bg-surface text-text hover:border-text',
}

interface Props extends ComponentProps<'button'> {
  look?: keyof typeof LOOKS
}

export function Button({ look = 'plain', type = 'button', ...rest }: Props) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-9 cursor-pointer items-center justify-center rounded-lg border px-4 font-medium disabled:cursor-wait disabled:opacity-60 ${LOOKS[look]}`}
      {...rest}
    />
  )
}
