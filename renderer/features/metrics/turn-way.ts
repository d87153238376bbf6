import { ui } from '../../state/ui-store.ts'
import { openSession } from '../../commands/open-session.ts'

/** What is known of where a turn is; each may be missing. */
export type TurnPlace = { conversationId: string | null; instanceId: string | null; turnId: string | null }

/**
 * Opens the first message of a turn: in its conversation, or in Claude Code's own session, of which a conversation is made. Without a
 * turn it opens the conversation, or the instance; undefined where nothing is known.
 */
export function wayToTurn({ conversationId, instanceId, turnId }: TurnPlace): (() => void) | undefined {
  const [sessionId, message] = placeOf(turnId)
  const at = message === null ? {} : { messageId: message }
  if (conversationId !== null) return () => ui.go({ name: 'conversation', id: conversationId, ...at })
  if (sessionId !== null) return () => openSession(sessionId, { messageId: message, onOpen: () => {} })
  return instanceId === null ? undefined : () => ui.go({ name: 'instance', id: instanceId })
}

/** Turns of the vault are called `<session>:<uuid of the prompt>`; a sub-agent's have no prompt to go to. */
function placeOf(turnId: string | null): [sessionId: string | null, messageId: string | null] {
  if (turnId === null) return [null, null]
  const colon = turnId.indexOf(':')
  if (colon < 0) return [null, turnId]
  const message = turnId.slice(colon + 1)
  return [turnId.slice(0, colon), /^[\w-]{1,80}$/.test(message) && !message.startsWith('agent-') ? message : null]
}
