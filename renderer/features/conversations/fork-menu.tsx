import { Bookmark, GitFork } from 'lucide-react'
import { toast } from '../../state/toasts.ts'
import { ButtonMenu } from '../../ui/menu.tsx'
import { useThreadContext } from './thread-context.ts'

/** What can go on from behind a message. */
export function ForkMenu({ messageId }: { messageId: string }) {
  const { actions, checkpoints } = useThreadContext()
  const fork = () => {
    actions.fork(messageId).catch((thrown: unknown) => toast(thrown instanceof Error ? thrown.message : 'It could not be forked.', 'error'))
  }
  const isNamed = checkpoints.has(messageId)
  return (
    <ButtonMenu
      entries={[
        { id: 'fork', label: 'Fork here', hint: 'A new conversation that goes on from this message', run: fork },
        {
          id: 'start',
          label: 'Start instances from here…',
          hint: 'Each with all that was said until now',
          run: () => actions.askStart(messageId),
        },
        { id: 'name', label: isNamed ? 'Rename the checkpoint…' : 'Make it a checkpoint…', run: () => actions.askCheckpoint(messageId) },
      ]}
    >
      <button type="button" className="copy-button" aria-label="Go on from this message" title="Go on from this message: fork, checkpoint">
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
    <button
      type="button"
      className="checkpoint"
      title="A checkpoint: start instances from here"
      onClick={() => actions.askStart(messageId)}
    >
      <Bookmark size={12} strokeWidth={1.75} aria-hidden />
      {name}
    </button>
  )
}
