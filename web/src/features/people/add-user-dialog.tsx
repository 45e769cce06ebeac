import { zodResolver } from '@hookform/resolvers/zod'
import { Controller, useForm } from 'react-hook-form'
import { z } from 'zod'
import { asProblem, fieldDetail } from '@/api/problem.ts'
import { newPassword, personName } from '@/entities/person/password.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Field } from '@/ui/field.tsx'
import { FormDialog } from '@/ui/form-dialog.tsx'
import { Input, PasswordInput } from '@/ui/input.tsx'
import { useToast } from '@/ui/toast.tsx'
import { useAddUser } from './queries.ts'
import { RoleChoice } from './role-choice.tsx'

const TAKEN = 409

const shape = z.object({
  name: personName,
  password: newPassword,
  role: z.enum(['viewer', 'operator', 'admin']),
})

/** One more person. They can change the password themselves afterwards. */
export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  const toast = useToast()
  const add = useAddUser()
  const form = useForm<z.infer<typeof shape>>({
    resolver: zodResolver(shape),
    mode: 'onTouched',
    defaultValues: { name: '', password: '', role: 'viewer' },
  })
  const { errors } = form.formState
  const problem = add.error ? asProblem(add.error) : undefined
  const taken = problem?.status === TAKEN
  const said = (field: 'name' | 'password') => {
    const own = errors[field]?.message
    if (own) {
      return person(own)
    }
    return field === 'name' && taken ? t('add.taken') : fieldDetail(problem, field)
  }
  const submit = form.handleSubmit((body) =>
    add.mutate(body, {
      onSuccess: () => {
        toast.success(t('add.done', { name: body.name }))
        onClose()
      },
    }),
  )
  return (
    <FormDialog
      title={t('add.title')}
      action={t('add.do')}
      busy={add.isPending}
      error={problem && !taken && problem.errors.length === 0 ? problem.detail : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={t('add.name')} error={said('name')}>
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} {...form.register('name')} />
      </Field>
      <Field label={t('add.password')} hint={t('add.passwordHint')} error={said('password')}>
        <PasswordInput autoComplete="new-password" {...form.register('password')} />
      </Field>
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => <RoleChoice value={field.value} onChange={field.onChange} />}
      />
    </FormDialog>
  )
}
