import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_front/set-up')({
  component: RouteComponent,
})

function RouteComponent() {
  return <div>Hello "/_front/set-up"!</div>
}
