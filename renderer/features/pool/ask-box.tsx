import { useState } from 'react'
import type { Answer } from '../../../shared/domain/pool.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { PlainText } from '../../markdown/plain-text.tsx'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { formatDuration, plural } from '../../words/figures.ts'
import { promptsOf } from './batch.ts'
import { WorkFields } from './work-fields.tsx'
import { labelsOf, queuedOf, usualOptions } from './work-options.ts'

/** Ask without choosing an instance, and see who answered and why; or hand work in and let it be worked off. */
export function AskBox() {
  const [text, setText] = useState('')
  const [options, setOptions] = useState(usualOptions)
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const prompts = promptsOf(text, options.split)
  const send = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(null)
    try {
      await work()
      setText('')
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setBusy(false)
    }
  }
  const ask = () => send(async () => setAnswer(await client.pool.ask({ text, ...labelsOf(options) })))
  const handIn = () => {
    const queued = queuedOf(options)
    if (typeof queued === 'string') return setProblem(queued)
    return void send(async () => {
      await client.tasks.createBatch({ texts: prompts, ...queued })
      toast(`${plural(prompts.length, 'task')} added to the queue.`)
    })
  }
  return (
    <section>
      <h2>Ask the pool</h2>
      <form
        className="pool-ask"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== '' && !busy) void ask()
        }}
      >
        <textarea
          className="input"
          rows={3}
          aria-label="Message to the pool"
          placeholder="Ask something; the pool picks who answers. Or paste several prompts and add them to the queue."
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="pool-buttons">
          <Button type="submit" variant="primary" disabled={busy || prompts.length === 0}>
            {busy ? 'Asking…' : 'Ask'}
          </Button>
          <Button
            disabled={busy || prompts.length === 0}
            title="Each prompt becomes its own conversation, run by the next free instance"
            onClick={handIn}
          >
            {prompts.length > 1 ? `Add ${prompts.length} to queue` : 'Add to queue'}
          </Button>
        </div>
      </form>
      <WorkFields options={options} onChange={setOptions} onFile={setText} />
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
      <PlainText text={turn.outcome === 'done' ? text : (turn.error?.message ?? 'The turn was ended.')} />
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
