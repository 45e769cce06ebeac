import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { getSecurityOptions, getSecurityQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { putSecurity } from '@/api/generated/sdk.gen.ts'
import { once } from '@/api/once.ts'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Switch } from '@/ui/choice.tsx'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'

/** Who may look in without signing in. Opening asks once; closing does not. */
export function SecurityCard() {
  const { t } = useTranslation('system')
  const cache = useQueryClient()
  const [asked, setAsked] = useState(false)
  const now = useQuery(getSecurityOptions())
  const save = useMutation({
    mutationFn: async (open: boolean) =>
      (await putSecurity({ body: { open_on_network: open }, ...once() })).data,
    onSuccess: (saved) => cache.setQueryData(getSecurityQueryKey(), saved),
    onSettled: () => setAsked(false),
  })
  return (
    <Card title={t('security.title')}>
      <div className="grid gap-3">
        <FormError>{save.error ? asProblem(save.error).detail : null}</FormError>
        {now.isError && !now.data ? (
          <ErrorState
            title={t('security.error')}
            detail={asProblem(now.error).detail}
            action={<Button onClick={() => void now.refetch()}>{t('again')}</Button>}
          />
        ) : null}
        {now.data ? (
          <Switch
            label={t('security.open')}
            hint={t('security.openHint')}
            checked={now.data.open_on_network}
            disabled={save.isPending}
            onChange={({ target }) => (target.checked ? setAsked(true) : save.mutate(false))}
          />
        ) : null}
        {now.isPending ? <Loading rows={2} /> : null}
      </div>
      <Confirm
        open={asked}
        onOpenChange={setAsked}
        title={t('security.askTitle')}
        text={t('security.askText')}
        action={t('security.askDo')}
        busy={save.isPending}
        onConfirm={() => save.mutate(true)}
      />
    </Card>
  )
}
