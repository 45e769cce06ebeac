import { useId, useState } from 'react'
import type { Role, Scope, TokenMade } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { personName } from '@/entities/person/password.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Checkbox } from '@/ui/choice.tsx'
import { Code } from '@/ui/code.tsx'
import { Dialog } from '@/ui/dialog.tsx'
import { Field, FieldError } from '@/ui/field.tsx'
import { FormDialog } from '@/ui/form-dialog.tsx'
import { Input, Select } from '@/ui/input.tsx'
import { useAddToken } from './queries.ts'
import { type Expiry, expiresAt, isAbove, SCOPES } from './words.ts'

const EXPIRIES: readonly Expiry[] = ['quarter', 'month', 'year', 'never']
const ROLES: readonly Role[] = ['viewer', 'operator', 'admin']

/** A token is made, shown, and never shown again. */
export function AddTokenDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<TokenMade>()
  return made ? <Shown made={made} onClose={onClose} /> : <Form onClose={onClose} onMade={setMade} />
}

function Form({ onClose, onMade }: { onClose: () => void; onMade: (made: TokenMade) => void }) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  const id = useId()
  const add = useAddToken()
  const [form, setForm] = useState({ name: '', role: 'viewer' as Role, expiry: 'quarter' as Expiry })
  const [scopes, setScopes] = useState<readonly Scope[]>(['read'])
  const [tried, setTried] = useState(false)
  const problem = add.error ? asProblem(add.error) : undefined
  const scopeFault =
    scopes.length === 0
      ? t('addToken.noScope')
      : scopes.some((scope) => isAbove(scope, form.role))
        ? t('addToken.above')
        : undefined
  const fault = personName.safeParse(form.name).error?.issues[0]?.message
  const submit = () => {
    setTried(true)
    if (!fault && !scopeFault) {
      const { name, role, expiry } = form
      const body = { name: name.trim(), role, scopes: [...scopes], expires_at: expiresAt(expiry, Date.now()) }
      add.mutate(body, { onSuccess: onMade })
    }
  }
  return (
    <FormDialog
      title={t('addToken.title')}
      action={t('addToken.do')}
      busy={add.isPending}
      error={problem && problem.errors.length === 0 ? problem.detail : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label={t('addToken.name')}
        hint={t('addToken.nameHint')}
        error={tried && fault ? person(fault) : fieldDetail(problem, 'name')}
      >
        <Input
          autoComplete="off"
          value={form.name}
          onChange={({ target }) => setForm({ ...form, name: target.value })}
          onBlur={() => setTried(form.name !== '')}
        />
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 font-medium text-base">{t('addToken.scopes')}</legend>
        {SCOPES.map((scope) => (
          <Checkbox
            key={scope}
            label={t(`scope.${scope}.name`)}
            hint={t(`scope.${scope}.hint`)}
            checked={scopes.includes(scope)}
            onChange={({ target }) =>
              setScopes(target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
            }
          />
        ))}
        <FieldError
          id={`${id}-scopes`}
          error={tried && scopeFault ? scopeFault : fieldDetail(problem, 'scopes')}
        />
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('addToken.role')} error={fieldDetail(problem, 'role')}>
          <Select
            value={form.role}
            onChange={({ target }) =>
              setForm({ ...form, role: ROLES.find((role) => role === target.value) ?? form.role })
            }
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {person(`role.${role}.name`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('addToken.expiry')} error={fieldDetail(problem, 'expires_at')}>
          <Select
            value={form.expiry}
            onChange={({ target }) =>
              setForm({
                ...form,
                expiry: EXPIRIES.find((expiry) => expiry === target.value) ?? form.expiry,
              })
            }
          >
            {EXPIRIES.map((expiry) => (
              <option key={expiry} value={expiry}>
                {t(`expiry.${expiry}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </FormDialog>
  )
}

function Shown({ made, onClose }: { made: TokenMade; onClose: () => void }) {
  const { t } = useTranslation('people')
  return (
    <Dialog
      open
      firm
      onOpenChange={onClose}
      title={t('shown.title', { name: made.name })}
      footer={
        <Button look="primary" onClick={onClose}>
          {t('shown.done')}
        </Button>
      }
    >
      <div className="grid gap-4">
        <Banner tone="warn">{t('shown.once')}</Banner>
        {/* Not on the button: the Enter key that made the token would close it as well. */}
        <div data-autofocus tabIndex={-1} className="outline-none">
          <Code text={made.token} label={t('shown.label')} />
        </div>
        <p className="text-muted text-sm">{t('shown.use')}</p>
      </div>
    </Dialog>
  )
}
