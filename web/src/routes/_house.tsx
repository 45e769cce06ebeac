import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_house')({
  component: RouteComponent,
})

function RouteComponent() {
  return <div>Hello "/_house"!</div>
}
