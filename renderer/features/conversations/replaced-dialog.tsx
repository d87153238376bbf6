import { useCallback, useEffect, useState } from 'react'
import type { Message } from '../../../shared/domain/message.ts'
import { client } from '../../connection/connection.ts'
import { PlainText } from '../../markdown/plain-text.tsx'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { errorWords } from '../../words/error-words.ts'
import { formatWhen } from '../../words/figures.ts'
import './conversation-lines.css'

const pageSize = 500
/** So many are looked for before the person is asked whether to go on. */
const enough = 50

/** `older`: where what has not been looked at yet ends; null: all has been looked at. */
type Replaced = { messages: readonly Message[]; older: number | null }

/** What is no longer part of a conversation: messages that were sent again in other words with all that followed, and branches taken back. */
export function ReplacedDialog({ id }: { id: string }) {
  const [found, setFound] = useState<Replaced | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const look = useCallback(
    (known: Replaced) =>
      olderReplaced(id, known).then(setFound, (thrown: unknown) => {
        setProblem(errorWords(thrown))
      }),
    [id],
  )
  useEffect(() => void look({ messages: [], older: Number.POSITIVE_INFINITY }), [look])
  const older = found?.older ?? null
  return (
    <Dialog
      title="Replaced messages"
      description="Messages you edited and sent again, and branches you went back from. Claude no longer sees them."
      onClose={ui.closeDialog}
    >
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {found === null && problem === null && <p>Loading…</p>}
      {found !== null && found.messages.length === 0 && older === null && <p>No messages in this conversation were replaced.</p>}
      {found !== null && older !== null && (
        <Button small onClick={() => void look(found)}>
          Show earlier
        </Button>
      )}
      <ol className="replaced">
        {found?.messages.map((message) => (
          <ReplacedMessage key={message.id} message={message} />
        ))}
      </ol>
    </Dialog>
  )
}

function ReplacedMessage({ message }: { message: Message }) {
  const { role, createdAt } = message
  return (
    <li>
      <p className="replaced-head">
        <b>{role === 'user' ? 'You' : 'Claude'}</b> <span className="figure">{formatWhen(createdAt)}</span>
      </p>
      <PlainText text={wordsOf(message)} />
    </li>
  )
}

/** What was said; of a message that only used tools, which. */
function wordsOf({ text, blocks }: Message): string {
  if (text !== '') return text
  return blocks.flatMap((block) => (block.type === 'tool_use' ? [`Used ${block.name}`] : [])).join('\n')
}

async function olderReplaced(id: string, { messages, older }: Replaced): Promise<Replaced> {
  let all = messages
  let before: number | null = older
  while (before !== null && all.length - messages.length < enough) {
    const from = Number.isFinite(before) ? { before } : {}
    const { items, nextCursor } = await client.conversations.messages({ id, superseded: true, limit: pageSize, ...from })
    all = [...items.filter((message) => message.superseded === true && wordsOf(message) !== ''), ...all]
    before = nextCursor === null ? null : Number(nextCursor)
  }
  return { messages: all, older: before }
}
