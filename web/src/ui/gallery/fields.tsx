import { Flame, Leaf } from 'lucide-react'
import { type SubmitEvent, useState } from 'react'
import { Button } from '../button.tsx'
import { Checkbox, RadioCards, Switch } from '../choice.tsx'
import { Field } from '../field.tsx'
import { FormActions, FormError } from '../form.tsx'
import { Input, PasswordInput, SearchInput, Select, Textarea } from '../input.tsx'
import { Row, Shelf } from './shelf.tsx'

export function Fields() {
  const [query, setQuery] = useState('Garage')
  const [mode, setMode] = useState<'eco' | 'turbo' | 'oc'>('eco')
  return (
    <Shelf title="Fields">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" hint="As it is called at home." aside="optional">
          <Input defaultValue="Garage 3" />
        </Field>
        <Field label="Address" error="Use an IP address or host name, for example 192.168.1.40.">
          <Input defaultValue="bad host!" />
        </Field>
        <form>
          <Field label="Password" hint="At least 10 characters; a few words are good.">
            <PasswordInput defaultValue="correct horse" autoComplete="off" />
          </Field>
        </form>
        <Field label="Frequency">
          <Input defaultValue="525" inputMode="numeric" suffix="MHz" />
        </Field>
        <Field label="Time zone">
          <Select defaultValue="london">
            <option value="london">Europe/London</option>
            <option value="berlin">Europe/Berlin</option>
          </Select>
        </Field>
        <Field label="Set in config.yaml" hint="Locked: config.yaml says so.">
          <Input defaultValue="30 s" readOnly />
        </Field>
        <Field label="Notes">
          <Textarea rows={3} placeholder="What somebody should know" />
        </Field>
        <SearchInput label="Search name or model" value={query} onValueChange={setQuery} />
      </div>
      <Row>
        <Checkbox label="Show miners that are off" defaultChecked />
        <Checkbox label="Found by itself" disabled />
        <Switch label="Enabled" hint="The manager looks after it." defaultChecked />
        <Switch label="Locked" />
      </Row>
      <Checkbox label="I have saved the recovery codes" error="They are shown only once." />
      <RadioCards
        legend="Mode"
        name="gallery-mode"
        value={mode}
        onValueChange={setMode}
        columns={3}
        options={[
          { value: 'eco', label: 'Eco', hint: 'Least power for its hashes.', icon: Leaf },
          { value: 'turbo', label: 'Turbo', hint: 'More of both.', icon: Flame },
          { value: 'oc', label: 'Overclocked', disabledReason: 'Not allowed for this miner.' },
        ]}
      />
    </Shelf>
  )
}

/** A form that complains about a field when it is left, and about itself when it is sent. */
export function AddressForm({ onDone }: { onDone: () => void }) {
  const [left, setLeft] = useState(false)
  const [address, setAddress] = useState('')
  const [refused, setRefused] = useState(false)
  const wrong = /^[\w.:-]+$/.test(address)
    ? undefined
    : 'Use an IP address or host name, for example 192.168.1.40.'
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setLeft(true)
    setRefused(wrong !== undefined)
    if (!wrong) {
      onDone()
    }
  }
  return (
    <form noValidate onSubmit={submit} className="mt-4 grid gap-4">
      <FormError>{refused ? 'Nothing was looked for: the address is not one.' : null}</FormError>
      <Field label="Address" required error={left ? wrong : undefined}>
        <Input
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          onBlur={() => setLeft(address !== '')}
        />
      </Field>
      <FormActions>
        <Button look="primary" type="submit">
          Continue
        </Button>
      </FormActions>
    </form>
  )
}
