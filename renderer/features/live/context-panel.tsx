import { useState, type FormEvent } from 'react'
import type { ContextUsage } from '../../../shared/domain/claude-info.ts'
import { compact } from '../../state/context-store.ts'
import { errorWords } from '../../words/error-words.ts'
import { formatCount } from '../../words/figures.ts'
import { modelWords } from '../../words/composer-words.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

type ContextPanelProps = { conversationId: string; usage: ContextUsage; canCompact: boolean; onDone: () => void }

/** What fills the context: by category, memory files and tools, and a way to make it smaller. */
export function ContextPanel({ conversationId, usage, canCompact, onDone }: ContextPanelProps) {
  const { totalTokens, maxTokens, autoCompactAt } = usage
  return (
    <div className="context-panel">
      <p>
        {formatCount(totalTokens)} of {formatCount(maxTokens)} tokens used ({Math.round(usage.percentage)}%) · {modelWords(usage.model)}
      </p>
      <Bar usage={usage} />
      <Categories usage={usage} />
      <p className="context-note">
        {autoCompactAt === null ? 'Automatic compaction is off.' : `Compacted automatically at ${formatCount(autoCompactAt)} tokens.`}
      </p>
      <Listed title="Memory files" items={usage.memoryFiles.map(({ path, tokens }) => ({ name: path, tokens }))} />
      <Listed title="MCP tools" items={usage.mcpTools.map(({ name, tokens }) => ({ name, tokens }))} />
      {canCompact && <Compact conversationId={conversationId} onDone={onDone} />}
    </div>
  )
}

const within = (usage: ContextUsage) => usage.categories.filter(({ kind, tokens }) => kind !== 'deferred' && tokens > 0)

/** The table below says the same in words. */
function Bar({ usage }: { usage: ContextUsage }) {
  return (
    <div className="context-bar" aria-hidden>
      {within(usage).map(({ name, kind, tokens }, place) => (
        <span key={name} data-kind={kind} data-place={kind === 'used' ? place % 6 : undefined} style={{ flexGrow: tokens }} />
      ))}
    </div>
  )
}

function Categories({ usage }: { usage: ContextUsage }) {
  const shown = usage.categories.filter(({ tokens }) => tokens > 0).slice(0, 40)
  const places = new Map(within(usage).map(({ name }, place) => [name, place]))
  return (
    <table className="context-table">
      <thead className="sr-only">
        <tr>
          <th scope="col">Category</th>
          <th scope="col">Tokens</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, kind, tokens }) => (
          <tr key={name}>
            <th scope="row">
              <span
                className="context-key"
                data-kind={kind}
                data-place={kind === 'used' ? (places.get(name) ?? 0) % 6 : undefined}
                aria-hidden
              />
              <VisibleText text={name.slice(0, 80)} />
              {kind === 'deferred' && <small> loaded on demand</small>}
            </th>
            <td>{formatCount(tokens)}</td>
            <td>{kind === 'deferred' ? '' : `${((tokens / usage.maxTokens) * 100).toFixed(1)}%`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Listed({ title, items }: { title: string; items: readonly { name: string; tokens: number }[] }) {
  if (items.length === 0) return null
  return (
    <details className="context-list">
      <summary>
        {title} ({items.length})
      </summary>
      <ul>
        <SomeItems items={items} first={20} name={title.toLowerCase()}>
          {({ name, tokens }, place) => (
            <li key={place}>
              <bdi>
                <VisibleText text={name.slice(0, 300)} />
              </bdi>
              <span className="figure">{formatCount(tokens)}</span>
            </li>
          )}
        </SomeItems>
      </ul>
    </details>
  )
}

function Compact({ conversationId, onDone }: { conversationId: string; onDone: () => void }) {
  const [words, setWords] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    compact(conversationId, words).then(onDone, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  return (
    <form className="context-compact" onSubmit={submit}>
      <input
        className="input"
        value={words}
        maxLength={2_000}
        aria-label="What the summary should keep"
        placeholder="What to keep (optional)"
        onChange={(event) => setWords(event.target.value)}
      />
      <Button small type="submit">
        Compact
      </Button>
      {problem && (
        <p role="alert" className="composer-problem">
          {problem}
        </p>
      )}
    </form>
  )
}
