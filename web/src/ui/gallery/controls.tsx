import { Copy, EllipsisVertical, Pencil, Plus, Power, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton, LinkButton } from '../button.tsx'
import { Code } from '../code.tsx'
import { CopyButton } from '../copy.tsx'
import { Confirm, Dialog } from '../dialog.tsx'
import { Disclosure } from '../disclosure.tsx'
import { Kbd } from '../kbd.tsx'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../menu.tsx'
import { Popover } from '../popover.tsx'
import { Spinner } from '../spinner.tsx'
import { Steps } from '../steps.tsx'
import { Segmented, TabPanel, Tabs } from '../tabs.tsx'
import { type Theme, useTheme } from '../theme.ts'
import { useToast } from '../toast.tsx'
import { Tooltip } from '../tooltip.tsx'
import { AddressForm } from './fields.tsx'
import { Row, Shelf } from './shelf.tsx'

const NO_ROLE = 'Only an operator can do this.'

export function Buttons() {
  return (
    <Shelf title="Buttons">
      <Row>
        <Button look="primary" icon={Plus}>
          Add miner
        </Button>
        <Button icon={Pencil}>Edit layout</Button>
        <Button look="danger" icon={Power}>
          All off now
        </Button>
        <Button look="ghost">Not now</Button>
        <LinkButton>
          <a href="#documentation">Documentation</a>
        </LinkButton>
      </Row>
      <Row>
        <Button size="sm" look="primary">
          Small
        </Button>
        <Button size="sm">Small</Button>
        <Button size="sm" look="danger">
          Small
        </Button>
        <IconButton icon={RotateCw} label="Restart" />
        <IconButton icon={Trash2} label="Remove" size="sm" look="plain" />
        <CopyButton text="hmm user reset-password anna" label="Copy the command" />
        <Spinner />
      </Row>
      <Row>
        <Button look="primary" busy>
          Switching on
        </Button>
        <Button busy>Working</Button>
        <Button look="primary" disabledReason={NO_ROLE}>
          Restart
        </Button>
        <Button look="danger" disabledReason={NO_ROLE}>
          Remove
        </Button>
        <IconButton icon={RotateCw} label="Restart" disabledReason={NO_ROLE} />
      </Row>
    </Shelf>
  )
}

export function Floating() {
  const [open, setOpen] = useState<'dialog' | 'form' | 'drawer' | 'confirm'>()
  const { theme, setTheme } = useTheme()
  const toast = useToast()
  const close = () => setOpen(undefined)
  return (
    <Shelf title="Dialogs, menus, messages">
      <Row>
        <Button onClick={() => setOpen('dialog')}>Dialog</Button>
        <Button onClick={() => setOpen('form')}>Wizard</Button>
        <Button onClick={() => setOpen('drawer')}>Drawer</Button>
        <Button onClick={() => setOpen('confirm')}>Confirm</Button>
        <Menu
          align="start"
          trigger={<IconButton icon={EllipsisVertical} label="More for Garage 3" look="plain" />}
        >
          <MenuItem icon={RotateCw} onSelect={() => toast.success('Garage 3 restarts.')}>
            Restart
          </MenuItem>
          <MenuItem icon={Copy} disabledReason={NO_ROLE}>
            Duplicate
          </MenuItem>
          <MenuSeparator />
          <MenuChoice<Theme>
            label="Theme"
            value={theme}
            onValueChange={setTheme}
            options={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'system', label: 'As the system' },
            ]}
          />
          <MenuSeparator />
          <MenuItem icon={Trash2} danger>
            Remove
          </MenuItem>
        </Menu>
        <Popover trigger={<Button>Popover</Button>} label="Where this comes from">
          <p>Read from the device 12 s ago.</p>
        </Popover>
        <Tooltip text="Mean of the last ten minutes">
          <Button look="ghost">Tooltip</Button>
        </Tooltip>
      </Row>
      <Row>
        <Button onClick={() => toast.success('Garage 3 is in eco mode now.')}>It worked</Button>
        <Button
          onClick={() => toast.success('Shed 2 was removed.', { undo: () => toast.success('It is back.') })}
        >
          With undo
        </Button>
        <Button
          onClick={() =>
            toast.trouble('Garage 3 did not restart.', {
              detail: 'It gave no answer within 10 s. Try it again.',
            })
          }
        >
          It did not
        </Button>
      </Row>
      <Dialog
        open={open === 'dialog'}
        onOpenChange={close}
        title="Where this number comes from"
        description="Garage 3 was asked 12 s ago."
        footer={
          <>
            <Menu align="start" trigger={<Button>More</Button>}>
              <MenuItem onSelect={() => setOpen('confirm')}>Ask again</MenuItem>
              <MenuItem danger>Forget it</MenuItem>
            </Menu>
            <Button look="primary" onClick={close}>
              Understood
            </Button>
          </>
        }
      >
        <Code text={'{"hashRate": 1205.4, "power": 18.2}'} label="the raw reply" />
      </Dialog>
      <Dialog
        open={open === 'form'}
        onOpenChange={close}
        title="Add a miner"
        description="It must be on the same network as this server."
      >
        <Steps steps={['Find', 'Settings', 'Review']} current={0} />
        <AddressForm onDone={close} />
      </Dialog>
      <Dialog open={open === 'drawer'} onOpenChange={close} title="Home Miner Manager" place="start">
        <p className="text-muted">The sidebar of a phone.</p>
      </Dialog>
      <Confirm
        open={open === 'confirm'}
        onOpenChange={close}
        title="Switch all 12 miners off?"
        text="They stop mining within a minute and stay off until somebody switches them on again."
        action="Switch all off"
        look="danger"
        onConfirm={close}
      />
    </Shelf>
  )
}

const RANGES = ['6 h', '24 h', '3 d', '7 d', '30 d', '1 y'].map((value) => ({ value, label: value }))
const PAGES = [
  { value: 'overview', label: 'Overview' },
  { value: 'history', label: 'History', count: 214 },
] as const

export function Navigation() {
  const [range, setRange] = useState('24 h')
  const [page, setPage] = useState<'overview' | 'history'>('overview')
  return (
    <Shelf title="Tabs, steps, folds">
      <Segmented label="Range" value={range} onValueChange={setRange} options={RANGES} />
      <Tabs label="Parts of the page" value={page} onValueChange={setPage} options={PAGES}>
        <TabPanel value="overview">What runs and why.</TabPanel>
        <TabPanel value="history">What was done, by whom.</TabPanel>
      </Tabs>
      <Steps steps={['Account', 'Home', 'Miners']} current={1} />
      <Disclosure summary="Why is my miner shown as unknown?">
        <p className="text-muted">Its last answer is too old to be believed.</p>
      </Disclosure>
      <Code text="docker exec hmm hmm user reset-password anna" label="the command" />
      <p>
        <Kbd>Ctrl</Kbd> <Kbd>K</Kbd> opens the palette.
      </p>
    </Shelf>
  )
}
