import { createFileRoute } from '@tanstack/react-router'
import { MinerPage } from '@/features/miner/miner-page.tsx'
import { minerSearch } from '@/features/miner/search.ts'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/miners/$id')({
  validateSearch: minerSearch,
  loader: () => loadTexts('miner', 'miner-words'),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  // Another miner is another page: nothing that was begun for the one before goes on.
  return <MinerPage key={id} id={Number(id)} />
}
