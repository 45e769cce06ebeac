import { createFileRoute } from '@tanstack/react-router'
import { DashboardPage } from '@/features/dashboard/dashboard-page.tsx'
import { type DashboardSearch, dashboardSearch } from '@/features/dashboard/search.ts'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/')({
  validateSearch: dashboardSearch,
  loader: () => loadTexts('dashboard', 'miner-words'),
  component: Page,
})

function Page() {
  const navigate = Route.useNavigate()
  const change = (part: DashboardSearch) =>
    // Ranges are one place, not a trail: the way back leads to the page before.
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return <DashboardPage search={Route.useSearch()} onSearch={(part) => void change(part)} />
}
