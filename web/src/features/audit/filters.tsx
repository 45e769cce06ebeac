import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Field } from '@/ui/field.tsx'
import { Input } from '@/ui/input.tsx'
import type { PageProps } from './audit-page.tsx'

const SETTLE_MS = 300

/** Which lines are shown. */
export function Filters({ search, onSearch }: PageProps) {
  const { t } = useTranslation('audit')
  return (
    <search className="grid grid-cols-2 gap-3 px-4 pb-4 *:first:max-lg:col-span-2 lg:grid-cols-5">
      {(['actor', 'action', 'entity'] as const).map((key) => (
        <Field key={key} label={t(`filter.${key}`)}>
          <Text
            value={search[key]}
            hint={t(`filter.${key}Hint`)}
            onText={(value) => onSearch({ [key]: value })}
          />
        </Field>
      ))}
      {(['from', 'to'] as const).map((key) => (
        <Field key={key} label={t(`filter.${key}`)}>
          <Input
            type="date"
            value={search[key] ?? ''}
            onChange={({ target }) => onSearch({ [key]: target.value || undefined })}
          />
        </Field>
      ))}
    </search>
  )
}

interface TextProps {
  value: string | undefined
  hint: string
  onText: (value: string | undefined) => void
}

/** Asks when the typing pauses, not with every letter. */
function Text({ value, hint, onText }: TextProps) {
  const [draft, setDraft] = useState(value ?? '')
  useEffect(() => {
    if (draft === (value ?? '')) {
      return
    }
    const timer = setTimeout(() => onText(draft.trim() || undefined), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [draft, value, onText])
  return <Input value={draft} placeholder={hint} onChange={({ target }) => setDraft(target.value)} />
}
