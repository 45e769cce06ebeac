import { Outlet } from '@tanstack/react-router'
import { ToastHost } from '@/ui/toast.tsx'
import { useArrival } from './arrival.ts'

/** Around every page, also those in front of the door. */
export function Root() {
  useArrival()
  return (
    <ToastHost>
      <Outlet />
    </ToastHost>
  )
}
