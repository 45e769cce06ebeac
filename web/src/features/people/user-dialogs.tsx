import { useState } from 'react'
import type { Role, User } from '@/api/generated/types.gen.ts'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { newPassword } from '@/entities/person/password.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Confirm } from '@/ui/dialog.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { PasswordInput } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useChangeUser, useRemoveUser } from './queries.ts'
import { RoleChoice } from './role-choice.tsx'

interface Props {
  user: User
  onClose: () => void
}

/** Another role; whatever this person has open ends with it. */
export function RoleDialog({ user, onClose }: Props) {
  const { t } = useTranslation('people')
  const [role, setRole] = useState<Role>(user.role)
  const change = useChangeUser(user.id)
  const done = useDone(onClose, t('role.done', { name: user.name }))
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('role.title', { name: user.name })}
      text={t('ends', { name: user.name })}
      action={t('role.do')}
      busy={change.isPending}
      onConfirm={() => (role === user.role ? onClose() : change.mutate({ role }, { onSuccess: done }))}
    >
      <div className="grid gap-4">
        <FormError>{change.error ? asProblem(change.error).detail : null}</FormError>
        <RoleChoice value={role} onChange={setRole} />
      </div>
    </Confirm>
  )
}

/** A new password for somebody who has lost theirs. */
export function PasswordDialog({ user, onClose }: Props) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const change = useChangeUser(user.id)
  const done = useDone(onClose, t('password.done', { name: user.name }))
  const fault = newPassword.safeParse(password).error?.issues[0]?.message
  const problem = change.error ? asProblem(change.error) : undefined
  const submit = () => {
    setTried(true)
    if (!fault && !change.isPending) {
      change.mutate({ password }, { onSuccess: done })
    }
  }
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('password.title', { name: user.name })}
      text={t('ends', { name: user.name })}
      action={t('password.do')}
      busy={change.isPending}
      onConfirm={submit}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
        className="grid gap-4"
      >
        <FormError>{problem && problem.errors.length === 0 ? problem.detail : null}</FormError>
        <Field
          label={t('password.label')}
          hint={t('add.passwordHint')}
          error={tried && fault ? person(fault) : fieldDetail(problem, 'password')}
        >
          <PasswordInput
            autoComplete="new-password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
            onBlur={() => setTried(password !== '')}
          />
        </Field>
      </form>
    </Confirm>
  )
}

/** For somebody who has lost the device with their codes. */
export function TotpOffDialog({ user, onClose }: Props) {
  const { t } = useTranslation('people')
  const change = useChangeUser(user.id)
  const done = useDone(onClose, t('totp.done', { name: user.name }))
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('totp.title', { name: user.name })}
      text={t('totp.text', { name: user.name })}
      action={t('totp.do')}
      look="danger"
      busy={change.isPending}
      onConfirm={() => change.mutate({ totp_enabled: false }, { onSuccess: done })}
    >
      <FormError>{change.error ? asProblem(change.error).detail : null}</FormError>
    </Confirm>
  )
}

/** The person, their sessions and their tokens; what they did stays in the log. */
export function RemoveUserDialog({ user, onClose }: Props) {
  const { t } = useTranslation('people')
  const remove = useRemoveUser(user.id)
  const done = useDone(onClose, t('remove.done', { name: user.name }))
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('remove.title', { name: user.name })}
      text={t('remove.text', { name: user.name })}
      action={t('remove.do')}
      look="danger"
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: done })}
    >
      <FormError>{remove.error ? asProblem(remove.error).detail : null}</FormError>
    </Confirm>
  )
}

function useDone(onClose: () => void, words: string) {
  const toast = useToast()
  return () => {
    toast.success(words)
    onClose()
  }
}
