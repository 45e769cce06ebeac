import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { HouseSettings } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { LookRound } from '@/entities/discovery/look-round.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, LinkButton } from '@/ui/button.tsx'
import { FormActions, FormError } from '@/ui/form.tsx'
import { useSaveHouse } from './use-save-house.ts'

interface Props {
  house: HouseSettings
  onBack: () => void
  onDone: () => void
}

/** Finding the miners of the house, or naming one by its address. */
export function MinersStep({ house, onBack, onDone }: Props) {
  const { t } = useTranslation('setup')
  const { mutate, error, isPending } = useSaveHouse()
  const finish = () => mutate({ house, change: { set_up: true } }, { onSuccess: onDone })
  return (
    <div className="grid grid-cols-1 gap-5">
      <LookRound house={house} />
      <LinkButton look="ghost">
        <Link to="." search={(before) => ({ ...before, add: 1 as const })}>
          <Plus size={16} aria-hidden />
          {t('miners.byAddress')}
        </Link>
      </LinkButton>
      <FormError>{error ? asProblem(error).detail : null}</FormError>
      <FormActions>
        <Button onClick={onBack}>{t('back')}</Button>
        <Button look="primary" busy={isPending} onClick={finish} className="grow">
          {t('miners.action')}
        </Button>
      </FormActions>
    </div>
  )
}
