import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { toast } from '../state/toasts.ts'
import { ui } from '../state/ui-store.ts'

/** Shows a session of Claude Code's as a conversation, which is made when there is none yet; with `at`, at one of its messages. */
export function openSession(sessionId: string, at?: { messageId: string | null; onOpen: (conversationId: string) => void }): void {
  client.vault.open({ sessionId }).then(
    ({ id }) => {
      at?.onOpen(id)
      const messageId = at?.messageId ?? null
      ui.go({ name: 'conversation', id, ...(messageId === null ? {} : { messageId }) })
    },
    (thrown: unknown) => toast(errorWords(thrown), 'error'),
  )
}
