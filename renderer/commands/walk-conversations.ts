import { shownOrder } from '../state/sidebar-store.ts'
import { ui, useUi } from '../state/ui-store.ts'

/** Opens the conversation below (1) or above (-1) the open one in the sidebar; from elsewhere the first, or the last. */
export function stepConversation(step: 1 | -1): void {
  const ids = shownOrder()
  const { screen } = useUi.getState()
  const at = screen.name === 'conversation' || screen.name === 'changes' ? ids.indexOf(screen.id) : -1
  const to = at < 0 ? (step === 1 ? 0 : ids.length - 1) : at + step
  open(ids[to])
}

/** Opens the conversation of a number, the topmost of the sidebar being 1. */
export function openNumbered(number: number): void {
  open(shownOrder()[number - 1])
}

function open(id: string | undefined): void {
  if (id !== undefined) ui.go({ name: 'conversation', id })
}
