import { createFileRoute } from '@tanstack/react-router'
import { MinersPage } from '@/features/miners/miners-page.tsx'
import { type MinersSearch, minersSearch } from '@/features/miners/search.ts'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/miners/')({
  validateSearch: minersSearch,
  loader: () => loadTexts('miners', 'miner-words'),
  component: Page,
})

function Page() {
  const navigate = Route.useNavigate()
  const change = (part: MinersSearch) =>
    // Filters are one place, not a trail: the way back leads to the page before.
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return <MinersPage search={Route.useSearch()} onSearch={(part) => void change(part)} />
}
