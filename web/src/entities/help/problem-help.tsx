import { Link } from '@tanstack/react-router'
import { type Problem, problemSlug } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'

/** Leads from a message of the manager to what it means and what helps. */
export function ProblemHelp({ problem }: { problem: Problem }) {
  const { t } = useTranslation('common')
  // What is no problem of ours has no page.
  if (!problem.type.includes('/problems/')) {
    return null
  }
  return (
    <Link to="/faq" search={{ problem: problemSlug(problem) }} className="text-accent text-sm underline">
      {t('trouble.meaning')}
    </Link>
  )
}
