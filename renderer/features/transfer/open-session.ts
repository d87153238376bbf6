import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'

/** Shows a session of Claude Code's as a conversation, which is made when there is none yet. */
export function openSession(sessionId: string): void {
  client.vault.open({ sessionId }).then(
    ({ id }) => ui.go({ name: 'conversation', id }),
    (thrown: unknown) => toast(errorWords(thrown), 'error'),
  )
}
