import { ChevronDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Message } from '../../../shared/domain/message.ts'
import { client } from '../../connection/connection.ts'
import { visibleText } from '../../ui/visible-characters.ts'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'
import { againstWords } from '../../words/changes-words.ts'
import { clipText } from '../../words/clip-text.ts'
import { formatWhen } from '../../words/figures.ts'

const mostMessages = 12
const longestWords = 60

type AgainstMenuProps = { conversationId: string; against: string; isRepository: boolean; onChange: (against: string) => void }

/** What changes are compared with: the start, the last commit, or before one of the last messages. */
export function AgainstMenu({ conversationId, against, isRepository, onChange }: AgainstMenuProps) {
  const prompts = usePrompts(conversationId)
  const current = prompts.find(({ id }) => against === `message:${id}`)
  const entry = (value: string, label: string, hint?: string) => ({ id: value, label, hint, run: () => onChange(value) })
  const entries: MenuEntry[] = [
    entry('start', againstWords('start'), 'All that changed since the first message'),
    ...(isRepository ? [entry('head', againstWords('head'), 'All that is not committed')] : []),
    ...(prompts.length > 0 ? ['line' as const] : []),
    ...prompts.map((message) => entry(`message:${message.id}`, `Before “${wordsOf(message)}”`, formatWhen(message.createdAt))),
  ]
  const words = current === undefined ? againstWords(against) : `Before “${wordsOf(current)}”`
  return (
    <ButtonMenu entries={entries}>
      <button type="button" className="against" title="What the files are compared with">
        <span className="sr-only">Compared with: </span>
        <span className="against-words">{words}</span>
        <ChevronDown size={13} strokeWidth={1.75} aria-hidden />
      </button>
    </ButtonMenu>
  )
}

/** The last messages of the user's, the newest first. */
function usePrompts(conversationId: string): readonly Message[] {
  const [prompts, setPrompts] = useState<readonly Message[]>([])
  useEffect(() => {
    let active = true
    client.conversations.messages({ id: conversationId, limit: 200 }).then(
      ({ items }) => active && setPrompts(newestPrompts(items)),
      () => undefined,
    )
    return () => {
      active = false
    }
  }, [conversationId])
  return prompts
}

function newestPrompts(messages: readonly Message[]): Message[] {
  const own = messages.filter(({ role, parentToolUseId }) => role === 'user' && parentToolUseId === undefined)
  return own.toSorted((a, b) => b.seq - a.seq).slice(0, mostMessages)
}

function wordsOf(message: Message): string {
  const text = message.text.trim().split('\n')[0] ?? ''
  return text === ''
    ? 'a message without words'
    : visibleText(text.length > longestWords ? `${clipText(text, { lines: 1, characters: longestWords }).shown}…` : text)
}
