import { LoaderCircle } from 'lucide-react'

/** Turns while something is under way. Says nothing: the text beside it does. */
export function Spinner({ size = 16 }: { size?: number }) {
  return <LoaderCircle size={size} aria-hidden className="shrink-0 animate-spin" />
}
