import { memo } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { RightClickMenu, type MenuEntry } from '../../ui/menu.tsx'
import { ui } from '../../state/ui-store.ts'

export type ConversationRowProps = { conversation: Conversation; instanceName: string | null; current: boolean }

/** A conversation in the sidebar; its title, and whose it is. */
export const ConversationRow = memo(function ConversationRow({ conversation, instanceName, current }: ConversationRowProps) {
  const { id, title, lastTurn } = conversation
  const cut = lastTurn?.outcome === 'lost' || lastTurn?.outcome === 'failed'
  const entries: MenuEntry[] = [
    { id: 'open', label: 'Open', run: () => ui.go({ name: 'conversation', id }) },
    { id: 'delete', label: 'Delete…', danger: true, run: () => ui.openDialog({ name: 'delete-conversation', id }) },
  ]
  return (
    <RightClickMenu entries={entries}>
      <button
        type="button"
        className="conversation-row"
        data-row
        data-current={current}
        data-conversation={id}
        aria-current={current ? 'page' : undefined}
        title={title}
        onClick={() => ui.go({ name: 'conversation', id })}
      >
        <span className="conversation-row-title">{title}</span>
        <span className="conversation-row-note">{cut ? 'cut off' : instanceName}</span>
      </button>
    </RightClickMenu>
  )
})
