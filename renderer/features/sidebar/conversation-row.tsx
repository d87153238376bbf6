import { memo } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { RightClickMenu } from '../../ui/menu.tsx'
import { ui } from '../../state/ui-store.ts'
import { conversationEntries } from '../../commands/conversation-entries.ts'
import { openConversation } from '../../commands/pane-actions.ts'
import { dragConversation, endDrag } from '../../state/dragged-conversation.ts'
import type { ConversationNote } from './sidebar-rows.ts'

export type ConversationRowProps = {
  conversation: Conversation
  instanceName: string | null
  note: ConversationNote
  unread: boolean
  current: boolean
}

/** A conversation in the sidebar: its title, whose it is, and whether there is news. */
export const ConversationRow = memo(function ConversationRow({ conversation, instanceName, note, unread, current }: ConversationRowProps) {
  const { id, title } = conversation
  const open = () => ui.go({ name: 'conversation', id })
  return (
    <RightClickMenu entries={[{ id: 'open', label: 'Open', run: open }, ...conversationEntries(id, conversation.state === 'archived')]}>
      <button
        type="button"
        className="conversation-row"
        data-row
        data-current={current}
        data-unread={unread}
        data-conversation={id}
        aria-current={current ? 'page' : undefined}
        title={instanceName === null ? title : `${title} · ${instanceName}`}
        onClick={(event) => openConversation(id, event)}
        draggable
        onDragStart={(event) => dragConversation(event.dataTransfer, id)}
        onDragEnd={endDrag}
      >
        <span className="conversation-row-title">{title}</span>
        {unread && <span className="sr-only">New answer.</span>}
        <span className={note === 'asks you' ? 'conversation-row-note conversation-row-wanted' : 'conversation-row-note'}>
          {note ?? instanceName}
        </span>
        {unread && <span className="unread-dot" aria-hidden />}
      </button>
    </RightClickMenu>
  )
})
