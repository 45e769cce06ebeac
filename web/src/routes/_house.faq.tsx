import { createFileRoute } from '@tanstack/react-router'
import { HelpPage } from '@/features/help/help-page.tsx'
import { type HelpSearch, helpSearch } from '@/features/help/search.ts'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/faq')({
  validateSearch: helpSearch,
  loader: () => loadTexts('help'),
  component: Page,
})

function Page() {
  const navigate = Route.useNavigate()
  const change = (part: HelpSearch) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return <HelpPage search={Route.useSearch()} onSearch={(part) => void change(part)} />
}
