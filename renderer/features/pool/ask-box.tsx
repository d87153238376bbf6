import { useState } from 'react'
import type { Answer } from '../../../shared/domain/pool.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { formatDuration, plural } from '../conversations/figures.ts'
import { promptsOf } from './batch.ts'

/** Ask without choosing an instance; the answer says who gave it and why. */
export function AskBox() {
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const ask = async () => {
    setAsking(true)
    setProblem(null)
    try {
      setAnswer(await client.pool.ask({ text }))
      setText('')
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setAsking(false)
    }
  }
  const prompts = promptsOf(text)
  const handIn = async () => {
    setAsking(true)
    setProblem(null)
    try {
      await client.tasks.createBatch({ texts: prompts })
      toast(`${plural(prompts.length, 'message')} handed in. The instances work them off.`)
      setText('')
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setAsking(false)
    }
  }
  return (
    <section>
      <h2>Ask the pool</h2>
      <form
        className="pool-ask"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== '' && !asking) void ask()
        }}
      >
        <textarea
          className="input"
          rows={2}
          aria-label="Question to the pool"
          placeholder="Ask something; the pool picks who answers"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="pool-buttons">
          <Button type="submit" variant="primary" disabled={asking || prompts.length === 0}>
            {asking ? 'Asking…' : 'Ask'}
          </Button>
          <Button
            disabled={asking || prompts.length === 0}
            title="Each line, or each block between empty lines, becomes a conversation of its own; nothing is waited for"
            onClick={() => void handIn()}
          >
            {prompts.length > 1 ? `Hand in ${prompts.length}` : 'Hand in'}
          </Button>
        </div>
      </form>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {answer && <AnswerView answer={answer} />}
    </section>
  )
}

function AnswerView({ answer }: { answer: Answer }) {
  const { text, turn, choice, conversationId } = answer
  const name = usePool((state) => state.instances.get(choice.instanceId)?.name)
  const { waitedMs, startedMs, firstTokenMs, totalMs } = turn.timing
  const times = [
    ['chosen in', choice.ms],
    ['waited', waitedMs],
    ['process ready after', startedMs],
    ['first word after', firstTokenMs],
    ['all after', totalMs],
  ] as const
  return (
    <div className="pool-answer" aria-live="polite">
      <p>{turn.outcome === 'done' ? text : (turn.error?.message ?? 'The turn was ended.')}</p>
      <p className="pool-why figure">
        {name ?? 'An instance'} answered: {choice.reason}.{' '}
        {times.flatMap(([words, ms]) => (ms === null ? [] : [`${words} ${formatDuration(ms)}`])).join(' · ')}
      </p>
      <Button small variant="quiet" onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
        Show the conversation
      </Button>
    </div>
  )
}
