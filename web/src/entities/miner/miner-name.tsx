import { Link } from '@tanstack/react-router'
import type { Miner } from '@/api/generated/types.gen.ts'

interface Props {
  miner: Pick<Miner, 'id' | 'name'>
  /** The whole box that it stands in leads there too; the box is `relative`. */
  whole?: boolean
}

/** A miner's name, leading to its page. */
export function MinerName({ miner, whole = false }: Props) {
  const look = 'block min-w-0 max-w-full truncate rounded-sm font-medium text-text hover:underline'
  return (
    <Link
      to="/miners/$id"
      params={{ id: String(miner.id) }}
      className={whole ? `${look} after:absolute after:inset-0` : look}
    >
      {miner.name}
    </Link>
  )
}
