import type { Role } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { RadioCards } from '@/ui/choice.tsx'

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin']

/** What somebody may do, each with what it means. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  return (
    <RadioCards
      legend={t('role.legend')}
      name="role"
      value={value}
      onValueChange={onChange}
      options={ROLES.map((role) => ({
        value: role,
        label: person(`role.${role}.name`),
        hint: person(`role.${role}.hint`),
      }))}
    />
  )
}
