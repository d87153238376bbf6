import { memo } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { openConversation } from '../../commands/pane-actions.ts'
import { dragConversation, endDrag } from '../../state/dragged-conversation.ts'
import { useMinute } from '../../ui/use-now.ts'
import { formatAge, formatFullTime } from '../../words/times.ts'
import type { ConversationNote } from './conversation-rows.ts'

export type ConversationRowProps = {
  conversation: Conversation
  instanceName: string | null
  note: ConversationNote
  unread: boolean
  current: boolean
}

/** A conversation in the sidebar, on one line: its title, whose it is, how it is or how old, and whether there is news. */
export const ConversationRow = memo(function ConversationRow({ conversation, instanceName, note, unread, current }: ConversationRowProps) {
  const { id, title, updatedAt } = conversation
  const now = useMinute()
  return (
    <button
      type="button"
      className="conversation-row"
      data-row
      data-current={current}
      data-unread={unread}
      data-conversation={id}
      data-menu={id}
      aria-current={current ? 'page' : undefined}
      title={[instanceName === null ? title : `${title} · ${instanceName}`, formatFullTime(updatedAt)].join('\n')}
      onClick={(event) => openConversation(id, event)}
      draggable
      onDragStart={(event) => dragConversation(event.dataTransfer, id)}
      onDragEnd={endDrag}
    >
      <bdi className="conversation-row-title">{title}</bdi>
      {unread && <span className="sr-only">New answer.</span>}
      {instanceName !== null && <bdi className="conversation-row-name">{instanceName}</bdi>}
      <span className={note === 'asks you' ? 'conversation-row-note conversation-row-wanted' : 'conversation-row-note'}>
        {note ?? <span className="figure">{formatAge(updatedAt, now)}</span>}
      </span>
      {unread && <span className="unread-dot" aria-hidden />}
    </button>
  )
})
