import { createFileRoute } from '@tanstack/react-router'
import { AuditPage } from '@/features/audit/audit-page.tsx'
import { type AuditSearch, auditSearch } from '@/features/audit/search.ts'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/audit')({
  validateSearch: auditSearch,
  loader: () => loadTexts('audit', 'person'),
  component: Page,
})

function Page() {
  const navigate = Route.useNavigate()
  const change = (part: AuditSearch) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  return <AuditPage search={Route.useSearch()} onSearch={(part) => void change(part)} />
}
