import { openAside } from '../state/aside-store.ts'
import { indexOf } from '../state/panes.ts'
import { ui, useUi } from '../state/ui-store.ts'

export const asideKeys = 'mod+j'

/** A side question about a conversation, which is shown for it. */
export function askAbout(conversationId: string): void {
  const { screen, panes } = useUi.getState()
  if (screen.name !== 'conversation' || indexOf(panes, conversationId) < 0) ui.go({ name: 'conversation', id: conversationId })
  openAside(conversationId)
}

/** About the conversation that is open, and what is selected in it. */
export function askAboutThis(): void {
  const { screen } = useUi.getState()
  if (screen.name !== 'conversation') return
  const selection = document.getSelection()
  const thread = document.querySelector(`.conversation-main[data-thread="${screen.id}"] .thread-scroller`)
  openAside(screen.id, thread?.contains(selection?.anchorNode ?? null) ? (selection?.toString() ?? '') : '')
}
