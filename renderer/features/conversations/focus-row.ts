import type { Message } from '../../../shared/domain/message.ts'
import type { ThreadRow } from './thread-row.ts'
import { blockKey } from './thread-rows.ts'

/** The row that shows a message, or the first part of it; -1 when none does. What a sub-agent said is shown by the call that it works for. */
export function rowOfMessage(rows: readonly ThreadRow[], messages: readonly Message[], messageId: string): number {
  const message = messages.find(({ id }) => id === messageId)
  if (!message) return -1
  const keys = new Set(keysOf(message, messages))
  return rows.findIndex((row) => keys.has(row.key))
}

/** The message that a row shows the beginning of; that of the nearest row above where it shows none. Null: none is known. */
export function messageOfRow(rows: readonly ThreadRow[], messages: readonly Message[], key: string): string | null {
  const firsts = new Map(
    messages
      .filter(({ parentToolUseId }) => parentToolUseId === undefined)
      .flatMap((one) => keysOf(one, messages).map((own) => [own, one.id])),
  )
  for (let at = rows.findIndex((row) => row.key === key); at >= 0; at -= 1) {
    const found = firsts.get(rows[at]?.key ?? '')
    if (found !== undefined) return found
  }
  return null
}

function keysOf(message: Message, messages: readonly Message[]): string[] {
  const { id, parentToolUseId, blocks } = message
  if (parentToolUseId !== undefined) return [rootCall(parentToolUseId, messages)]
  return [id, ...blocks.flatMap((block, place) => ('toolUseId' in block ? [block.toolUseId] : [blockKey(message, place)]))]
}

/** A sub-agent may have been called by another one. */
function rootCall(toolUseId: string, messages: readonly Message[]): string {
  let root = toolUseId
  const seen = new Set<string>()
  for (let parent: string | undefined = root; parent !== undefined && !seen.has(parent);) {
    seen.add(parent)
    root = parent
    const caller = messages.find(({ blocks }) => blocks.some((block) => block.type === 'tool_use' && block.toolUseId === root))
    parent = caller?.parentToolUseId
  }
  return root
}
