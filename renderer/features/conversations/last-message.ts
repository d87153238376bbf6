import { useCallback, useState } from 'react'
import type { Message } from '../../../shared/domain/message.ts'
import type { Thread } from '../../state/thread.ts'

/** What was sent in a conversation, commands too, the newest last; the same twice in a row once. */
export function earlierOf(thread: Thread): readonly string[] {
  const sent = thread.store.getState().messages.map(sentText)
  return sent.filter((text, at) => text !== '' && text !== sent[at - 1])
}

function sentText({ role, text, blocks, parentToolUseId }: Message): string {
  if (role === 'user' && parentToolUseId === undefined) return text
  const shell = role === 'system' ? blocks.find((block) => block.type === 'shell') : undefined
  return shell ? `!${shell.command}` : ''
}

/** Which message is being changed, and how the last one is brought up for that. */
export function useEditing(thread: Thread) {
  const [editing, setEditing] = useState<string | null>(null)
  const editLast = useCallback(() => {
    const last = thread.store.getState().messages.findLast(({ role, parentToolUseId }) => role === 'user' && parentToolUseId === undefined)
    if (!last) return
    setEditing(last.id)
    void thread.show(last.id)
  }, [thread])
  return { editing, setEditing, editLast }
}
