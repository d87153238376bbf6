import { memo } from 'react'
import { Markdown } from '../../markdown/markdown.tsx'
import { ApprovalItem } from '../approvals/approval-item.tsx'
import { CheckpointName, ForkMenu } from './fork-menu.tsx'
import { useThreadContext } from './thread-context.ts'
import { Note } from './note-line.tsx'
import type { ApprovalRow, TextRow, ThreadRow } from './thread-row.ts'
import { ShellLine } from './shell-line.tsx'
import { StatusLine } from './status-line.tsx'
import { formatDay, formatFullTime } from '../../words/times.ts'
import { ThinkingLine } from './thinking-line.tsx'
import { ToolLine } from './tool-line.tsx'
import { TurnEnd } from './turn-end.tsx'
import { UserMessage } from './user-message.tsx'

/** One row of a thread. */
export const RowView = memo(function RowView({ row }: { row: ThreadRow }) {
  switch (row.kind) {
    case 'user':
      return <UserMessage row={row} />
    case 'text':
      return <Answer row={row} />
    case 'thinking':
      return <ThinkingLine row={row} />
    case 'tool':
      return <ToolLine row={row} />
    case 'approval':
      return <Question row={row} />
    case 'end':
      return <TurnEnd row={row} />
    case 'note':
      return <Note row={row} />
    case 'day':
      return <DayLine at={row.at} />
    case 'shell':
      return <ShellLine shell={row.shell} />
    case 'status':
      return <StatusLine row={row} />
  }
})

function DayLine({ at }: { at: string }) {
  return (
    <p className="day-line">
      <time dateTime={at} title={formatFullTime(at)}>
        {formatDay(at)}
      </time>
    </p>
  )
}

function Answer({ row }: { row: TextRow }) {
  return (
    <div className="answer" data-live={row.live || undefined}>
      <Markdown text={row.text} live={row.live} />
      {row.partial && <p className="tool-note">Response interrupted</p>}
      <CheckpointName messageId={row.messageId} />
      {row.messageId !== null && (
        <div className="answer-tools">
          <ForkMenu messageId={row.messageId} />
        </div>
      )}
    </div>
  )
}

function Question({ row }: { row: ApprovalRow }) {
  const { places, actions, activeApproval } = useThreadContext()
  const { approval } = row.entry
  return (
    <ApprovalItem
      key={approval.id}
      approval={approval}
      places={places}
      agent={row.agent}
      active={activeApproval === approval.id}
      decide={(decision) => actions.decide(approval.id, decision)}
    />
  )
}
