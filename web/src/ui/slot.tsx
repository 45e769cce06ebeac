import { cx } from 'class-variance-authority'
import { cloneElement, isValidElement, type ReactNode, type Ref, type RefCallback, useMemo } from 'react'

type Props = Record<string, unknown>

interface SlotProps extends Props {
  /** One element. */
  children?: ReactNode
  ref?: Ref<HTMLElement> | undefined
}

/**
 * Gives what it is given to its one child instead of an element of its own. Handlers run both, the child's first; classes
 * and descriptions add up; in everything else the child has the last word.
 */
export function Slot({ children, ref, ...given }: SlotProps) {
  const child = isValidElement<Props & { ref?: Ref<HTMLElement> | undefined }>(children)
    ? children
    : undefined
  const own = child?.props.ref
  // oxlint-disable-next-line react/refs -- the refs are handed on, and read by nobody
  const both = useMemo(() => (ref && own ? bothRefs(ref, own) : (ref ?? own)), [ref, own])
  if (!child) {
    throw new Error('a Slot takes exactly one element')
  }
  // oxlint-disable-next-line react/refs -- see above
  return cloneElement(child, { ...merged(given, child.props), ref: both })
}

function merged(given: Props, own: Props): Props {
  const all: Props = { ...given, ...own }
  for (const name of Object.keys(given)) {
    const [theirs, ours] = [given[name], own[name]]
    if (typeof theirs === 'function' && (typeof ours === 'function' || ours === undefined)) {
      all[name] = ours ? (...args: unknown[]) => [ours(...args), theirs(...args)] : theirs
    } else if (name === 'className' || name === 'aria-describedby') {
      all[name] = cx(ours as string, theirs as string) || undefined
    }
  }
  return all
}

function bothRefs(one: Ref<HTMLElement>, other: Ref<HTMLElement>): RefCallback<HTMLElement> {
  return (element) => {
    const ends = [one, other].map((ref) => fill(ref, element))
    return () => {
      for (const end of ends) {
        end()
      }
    }
  }
}

function fill(ref: Ref<HTMLElement>, element: HTMLElement | null): () => void {
  if (typeof ref === 'function') {
    const end = ref(element)
    return typeof end === 'function' ? end : () => void ref(null)
  }
  const put = (what: HTMLElement | null) => {
    if (ref) {
      ref.current = what
    }
  }
  put(element)
  return () => put(null)
}
