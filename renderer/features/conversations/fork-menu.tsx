import { Bookmark, GitFork } from 'lucide-react'
import { toast } from '../../state/toasts.ts'
import { ButtonMenu } from '../../ui/menu.tsx'
import { useThreadContext } from './thread-context.ts'

/** What can go on from behind a message; `rewinds`: it is the user's own, and can be gone back to before. */
export function ForkMenu({ messageId, rewinds = false }: { messageId: string; rewinds?: boolean }) {
  const { actions, checkpoints } = useThreadContext()
  const fork = () => {
    actions
      .fork(messageId)
      .catch((thrown: unknown) => toast(thrown instanceof Error ? thrown.message : 'Couldn’t fork the conversation.', 'error'))
  }
  const isNamed = checkpoints.has(messageId)
  return (
    <ButtonMenu
      entries={[
        ...(rewinds
          ? [{ id: 'rewind', label: 'Rewind to here…', hint: 'Files, conversation or both', run: () => actions.askRewind(messageId) }]
          : []),
        { id: 'fork', label: 'Fork here', hint: 'Starts a new conversation from this message', run: fork },
        {
          id: 'start',
          label: 'Start instances from here…',
          hint: 'Each starts with the full context so far',
          run: () => actions.askStart(messageId),
        },
        { id: 'name', label: isNamed ? 'Rename checkpoint…' : 'Save as checkpoint…', run: () => actions.askCheckpoint(messageId) },
      ]}
    >
      <button
        type="button"
        className="copy-button"
        aria-label="Fork or branch from here"
        title={rewinds ? 'Rewind, fork or save a checkpoint' : 'Fork or save a checkpoint from here'}
      >
        <GitFork size={14} strokeWidth={1.75} aria-hidden />
      </button>
    </ButtonMenu>
  )
}

/** The name that a message was given. */
export function CheckpointName({ messageId }: { messageId: string | null }) {
  const { actions, checkpoints } = useThreadContext()
  const name = messageId === null ? undefined : checkpoints.get(messageId)
  if (messageId === null || name === undefined) return null
  return (
    <button type="button" className="checkpoint" title="Checkpoint: start instances from here" onClick={() => actions.askStart(messageId)}>
      <Bookmark size={12} strokeWidth={1.75} aria-hidden />
      {name}
    </button>
  )
}
