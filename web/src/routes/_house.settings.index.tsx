import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/_house/settings/')({
  beforeLoad: () => {
    throw redirect({ to: '/settings/system' })
  },
})
