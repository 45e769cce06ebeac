import { expect, test } from 'vitest'
import { button, does, render } from '@/test/render.tsx'
import { Field } from './field.tsx'
import { Input, PasswordInput } from './input.tsx'

test('label, hint and error belong to the input', async () => {
  const place = await render(
    <Field label="Address" hint="As it is in your router." error="This is not an address.">
      <Input defaultValue="bad host!" />
    </Field>,
  )
  const input = place.querySelector('input')
  const label = place.querySelector('label')
  expect(label?.htmlFor).toBe(input?.id)
  expect(input?.getAttribute('aria-invalid')).toBe('true')
  const described = input?.getAttribute('aria-describedby')?.split(' ') ?? []
  const words = described.map((id) => document.getElementById(id)?.textContent)
  expect(words).toEqual(['As it is in your router.', 'This is not an address.'])
})

test('a field without a complaint says nothing of one', async () => {
  const place = await render(
    <Field label="Address">
      <Input />
    </Field>,
  )
  const input = place.querySelector('input')
  expect(input?.hasAttribute('aria-invalid')).toBe(false)
  expect(input?.hasAttribute('aria-describedby')).toBe(false)
})

test('a password can be looked at and hidden again', async () => {
  const place = await render(
    <Field label="Password">
      <PasswordInput defaultValue="correct horse" />
    </Field>,
  )
  const input = place.querySelector('input')
  expect(input?.type).toBe('password')
  await does(() => button(place, 'Show the password').click())
  expect(input?.type).toBe('text')
  expect(input?.value).toBe('correct horse')
  await does(() => button(place, 'Hide the password').click())
  expect(input?.type).toBe('password')
})
