import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { HousePage } from '@/features/house/house-page.tsx'
import { SetupForm } from '@/features/setup/setup-form.tsx'
import { SignInForm } from '@/features/sign-in/sign-in-form.tsx'
import { Notice } from '@/ui/notice.tsx'
import { findGate, type Gate } from './gate.ts'

/** How long to wait before asking again; a gate that is not listed stays until somebody acts. */
const ASK_AFTER_MS: Partial<Record<Gate['kind'], number>> = { loading: 0, starting: 1_000, stuck: 1_000 }

export function App() {
  const [gate, setGate] = useState<Gate>({ kind: 'loading' })
  const look = useCallback(async () => setGate(await findGate()), [])
  const signedOut = useCallback(() => setGate({ kind: 'sign-in' }), [])

  // Each answer is a new gate, also if it says the same again, so each one sets the next timer.
  useEffect(() => {
    const delay = ASK_AFTER_MS[gate.kind]
    if (delay === undefined) {
      return
    }
    const timer = setTimeout(look, delay)
    return () => clearTimeout(timer)
  }, [gate, look])

  return (
    <main className="mx-auto w-full max-w-[90rem] px-4 py-6 sm:px-8 sm:py-10">
      <Room gate={gate} look={look} signedOut={signedOut} />
    </main>
  )
}

interface RoomProps {
  gate: Gate
  look: () => Promise<void>
  signedOut: () => void
}

function Room({ gate, look, signedOut }: RoomProps) {
  switch (gate.kind) {
    case 'loading':
      return <Waiting>One moment…</Waiting>
    case 'starting':
      return (
        <Waiting>
          <Notice look="plain">The manager is starting. This page goes on by itself.</Notice>
        </Waiting>
      )
    case 'stuck':
      return (
        <Waiting>
          <Notice look="bad">{gate.problem.detail}</Notice>
          <p className="text-muted">Trying again every second.</p>
        </Waiting>
      )
    case 'set-up':
      return <SetupForm onDone={look} />
    case 'sign-in':
      return <SignInForm onDone={look} />
    case 'house':
      return <HousePage me={gate.me} onSignedOut={signedOut} />
    default:
      return gate satisfies never
  }
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-md gap-4">
      <h1 className="font-semibold text-xl">Home Miner Manager</h1>
      {children}
    </div>
  )
}
