import { Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ContextPrompt, ContextState } from '../../../shared/domain/transfer.ts'
import { Button } from '../../ui/button.tsx'
import { plural } from '../../words/figures.ts'
import './conversation-lines.css'

export type ContextLineProps = {
  conversation: Conversation
  /** Each rejects with what the user should read. */
  calls: { context: () => Promise<ContextState>; prompt: () => Promise<ContextPrompt> }
  /** Puts text before what is being written. */
  putFirst: (text: string) => void
}

/** Says, before anything is sent, that Claude does not know what stands above, and offers to tell it. */
export function ContextLine({ conversation, calls, putFirst }: ContextLineProps) {
  const { id, sessionId } = conversation
  const isEmpty = conversation.messageCount === 0
  const [known, setKnown] = useState<{ key: string; context: ContextState }>({ key: '', context: 'none' })
  const [words, setWords] = useState<string | null>(null)
  const key = `${id} ${sessionId} ${isEmpty}`
  useEffect(() => {
    let gone = false
    if (isEmpty) return undefined
    calls.context().then(
      (context) => gone || setKnown({ key, context }),
      // The line is left out; sending says it all the same.
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [key, isEmpty, calls])
  if (known.key !== key || known.context !== 'lost') return null
  const put = async () => {
    setWords('Adding…')
    try {
      const { text, tokens, omitted } = await calls.prompt()
      putFirst(text)
      const left = omitted > 0 ? `, ${plural(omitted, 'older message')} left out` : ''
      setWords(`Added: about ${tokens.toLocaleString('en')} tokens${left}. Write what to do next below it.`)
    } catch (thrown) {
      setWords(thrown instanceof Error ? thrown.message : 'It could not be added. Try again.')
    }
  }
  return (
    <div className="archived-line">
      <Unplug size={15} strokeWidth={1.75} aria-hidden />
      <p aria-live="polite">
        {words ?? 'Claude no longer has this context: its session is not on this computer. Your next message starts a new one.'}
      </p>
      <Button small onClick={() => void put()}>
        Add to my message
      </Button>
    </div>
  )
}
