import type { FieldError } from 'react-hook-form'
import { useTranslation } from '@/lib/i18n.ts'

/** Our own complaints are keys of the texts, the manager's are sentences. */
export function useSaid(): (error: FieldError | undefined) => string | undefined {
  const { t } = useTranslation('add-miner')
  return (error) => (error?.message && error.type !== 'server' ? t(error.message) : error?.message)
}
