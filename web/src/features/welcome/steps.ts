/** Apart from the page, so that the route can read its address before the page has been loaded. */
export const WELCOME_STEPS = ['home', 'miners', 'done'] as const

export type WelcomeStep = (typeof WELCOME_STEPS)[number]
