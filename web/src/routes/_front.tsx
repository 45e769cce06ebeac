import { createFileRoute } from '@tanstack/react-router'
import { FrontLayout } from '@/app/layout/front-layout.tsx'

export const Route = createFileRoute('/_front')({ component: FrontLayout })
