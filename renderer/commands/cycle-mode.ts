import type { PermissionMode } from '../../shared/domain/instance.ts'
import { client } from '../connection/connection.ts'
import { toast } from '../state/toasts.ts'
import { errorWords } from '../words/error-words.ts'
import { permissionWords } from '../words/permission-modes.ts'

/** The modes that one goes through while writing, as Claude Code itself does. */
const cycle: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan']

/** The next permission mode of a conversation, from its next tool on. Told either way; never rejects. */
export async function cycleMode(id: string): Promise<void> {
  try {
    const { permissionMode } = await client.conversations.getLive({ id })
    const next = cycle[(cycle.indexOf(permissionMode ?? 'default') + 1) % cycle.length] ?? 'default'
    const now = await client.conversations.live({ id, permissionMode: next })
    toast(`Permissions: ${permissionWords(now.permissionMode ?? undefined)}`, 'info', id)
  } catch (thrown) {
    toast(errorWords(thrown), 'warning', id)
  }
}
