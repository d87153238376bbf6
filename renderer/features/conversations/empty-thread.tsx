import type { Instance } from '../../../shared/domain/instance.ts'
import { permittedWords } from '../../words/permission-modes.ts'

/** What to do in a conversation that has nothing in it yet. */
export function EmptyThread({ instance }: { instance: Instance | null }) {
  return (
    <div className="thread thread-empty">
      <p>
        <strong>{instance ? `Ask ${instance.name} something.` : 'Ask something.'}</strong>
        <br />
        {instance ? permittedWords(instance.permissionMode) : 'Bullpen picks an instance when you send the first message.'} The first
        message becomes the title.
      </p>
    </div>
  )
}

/** Why messages cannot be shown, and a way to try again. */
export function ThreadProblem({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div className="thread-problem" role="alert">
      <span>{message}</span>
      <button type="button" className="small-button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
