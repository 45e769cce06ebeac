import { useEffect } from 'react'
import { t } from './i18n.ts'

/** "Miners · Home Miner Manager" in the tab and in the history. The most particular comes first. */
export function usePageTitle(...parts: readonly string[]): void {
  const title = [...parts, t('product')].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
