import { useEffect, useMemo, useState } from 'react'
import type { LibraryItem } from '../../../../shared/domain/library.ts'
import { client } from '../../../connection/connection.ts'
import { usePool } from '../../../state/pool-store.ts'
import type { MentionedConversation } from './mention-options.ts'

const most = 20
/** While somebody types on, nothing is asked. */
const pauseMs = 120

/** Conversations that the page has not loaded, archived ones too, whose titles fit what is typed; those of before until they are there. */
export function useOlderConversations(query: string | null): readonly MentionedConversation[] {
  const loaded = usePool((state) => state.conversations)
  const [found, setFound] = useState<readonly MentionedConversation[]>(none)
  const title = query?.trim().slice(0, 200) ?? ''
  useEffect(() => {
    if (title === '') return undefined
    let gone = false
    const timer = setTimeout(() => {
      client.library.list({ title, limit: most }).then(
        ({ items }) => gone || setFound(items.flatMap((item) => asMentioned(item) ?? [])),
        () => undefined,
      )
    }, pauseMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [title])
  return useMemo(() => (title === '' ? none : found.filter(({ id }) => !loaded.has(id))), [found, loaded, title])
}

const none: readonly MentionedConversation[] = []

function asMentioned({ id, title, state, messageCount }: LibraryItem): MentionedConversation | null {
  return state === 'active' || state === 'archived' ? { id, title, state, messageCount } : null
}
