import { Link } from '@tanstack/react-router'
import type { Miner } from '@/api/generated/types.gen.ts'

/** A miner's name, leading to its page. */
export function MinerName({ miner }: { miner: Pick<Miner, 'id' | 'name'> }) {
  return (
    <Link
      to="/miners/$id"
      params={{ id: String(miner.id) }}
      className="min-w-0 truncate rounded-sm font-medium text-text hover:underline"
    >
      {miner.name}
    </Link>
  )
}
