import { useMemo, useState } from 'react'
import { Circle, CircleCheck, CircleDot } from 'lucide-react'
import { CodeBlock } from '../../markdown/code-block.tsx'
import { Markdown } from '../../markdown/markdown.tsx'
import { languageOfPath } from '../../markdown/language-names.ts'
import { DiffView } from '../../tools/diff-view.tsx'
import { diffOfTool } from '../../tools/edit-diff.ts'
import { shortPath } from '../../words/figures.ts'
import { OutputBox } from './output-box.tsx'
import { boundMarks } from '../../words/bound-marks.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { PlainText } from '../../markdown/plain-text.tsx'
import { Pictures } from './pictures.tsx'
import { AgentWork } from './agent-work.tsx'
import { useThreadContext } from './thread-context.ts'
import type { ToolView } from './thread-row.ts'
import { textOf, todosOf, type Todo, type ToolSummary } from '../../tools/tool-summary.ts'

/** What went into a call and what came out, each in the form that suits the tool. */
export function ToolDetail({ call, summary }: { call: ToolView; summary: ToolSummary }) {
  return (
    <div className="tool-detail">
      <ToolInputView call={call} summary={summary} />
      {call.children.length > 0 && <AgentWork rows={call.children} />}
      <ToolOutput call={call} />
      <Pictures images={call.images} />
      {call.approval?.outcome === 'denied' && (
        <p className="tool-note">You denied this{call.approval.message ? `: ${clippedWords(call.approval.message, longestTodo)}` : '.'}</p>
      )}
      {call.state === 'unknown' && <p className="tool-note">Nobody can say whether this ran to its end. Look before you repeat it.</p>}
    </div>
  )
}

function ToolInputView({ call, summary }: { call: ToolView; summary: ToolSummary }) {
  const { places } = useThreadContext()
  const diff = diffOfTool(call.name, call.input)
  if (diff) return <DiffView diff={diff} path={shortPath(diff.path, places)} />
  const todos = todosOf(call.input)
  if (todos) return <Checklist todos={todos} />
  const command = call.name === 'Bash' ? textOf(call.input, 'command') : null
  if (command !== null) return <OutputBox text={command} label="Command" kind="input" />
  const plan = call.name === 'ExitPlanMode' ? textOf(call.input, 'plan') : null
  if (plan !== null) return <Markdown text={plan} />
  const prompt = summary.icon === 'agent' ? textOf(call.input, 'prompt') : null
  if (prompt !== null) return <OutputBox text={prompt} label="Task" kind="words" />
  if (isSaidAlready(call)) return null
  return <JsonInput input={call.input} />
}

function JsonInput({ input }: { input: ToolView['input'] }) {
  return <CodeBlock code={useMemo(() => JSON.stringify(input, null, 2), [input])} language="json" />
}

function ToolOutput({ call }: { call: ToolView }) {
  if (call.output === null || call.output === '') {
    return call.state === 'done' && call.children.length === 0 && call.images.length === 0 && diffOfTool(call.name, call.input) === null ? (
      <p className="tool-note">No output.</p>
    ) : null
  }
  // What an edit answers is the file again, and what a list answers is that it was taken.
  const isEcho = call.state === 'done' && (diffOfTool(call.name, call.input) !== null || todosOf(call.input) !== null)
  if (isEcho) return null
  if (call.name === 'Task' || call.name === 'Agent')
    return (
      <div className="agent-answer">
        <Markdown text={call.output} />
      </div>
    )
  // What a search at the model's side has found: titles and links, which can be opened.
  if (call.name === 'web_search' && call.state === 'done')
    return (
      <div className="tool-note">
        <Markdown text={call.output} />
      </div>
    )
  const path = call.name === 'Read' ? textOf(call.input, 'file_path') : null
  if (path !== null && call.state === 'done') return <FileText text={call.output} path={path} />
  return <OutputBox text={call.output} label="Output" kind={call.state === 'failed' ? 'error' : 'output'} />
}

/** Claude Code numbers the lines of what it reads; colours need the bare text. */
function FileText({ text, path }: { text: string; path: string }) {
  const bare = useMemo(() => text.replaceAll(/^ {0,12}\d{1,9}(?:→|\t)/gm, ''), [text])
  return <CodeBlock code={bare} language={languageOfPath(path) ?? ''} />
}

const firstTodos = 200
/** A longer one is shown from its beginning. */
const longestTodo = 2_000
const todoIcons = { open: Circle, doing: CircleDot, done: CircleCheck } as const
const todoWords = { open: 'Open', doing: 'At work', done: 'Done' } as const

function Checklist({ todos }: { todos: readonly Todo[] }) {
  const [shown, setShown] = useState(firstTodos)
  return (
    <ul className="checklist">
      {todos.slice(0, shown).map((todo, place) => {
        const Icon = todoIcons[todo.state]
        return (
          <li key={place} data-state={todo.state}>
            <Icon size={14} strokeWidth={1.75} aria-hidden />
            <span className="sr-only">{todoWords[todo.state]}:</span>
            {todo.text.length > longestTodo ? <PlainText text={todo.text} /> : boundMarks(todo.text)}
          </li>
        )
      })}
      {todos.length > shown && (
        <li className="some-items-rest">
          … {(todos.length - shown).toLocaleString('en-US')} more{' '}
          <button type="button" onClick={() => setShown(shown + firstTodos)}>
            Show more
          </button>
        </li>
      )}
    </ul>
  )
}

/** The line above already says all that the input holds. */
function isSaidAlready({ name, input }: ToolView): boolean {
  if (name === 'Read' || name === 'LS')
    return Object.keys(input).every((key) => key === 'file_path' || key === 'path' || key === 'offset' || key === 'limit')
  if (name === 'WebSearch' || name === 'web_search') return Object.keys(input).every((key) => key === 'query')
  if (name === 'Glob' || name === 'Grep') return Object.keys(input).every((key) => key === 'pattern' || key === 'path')
  return Object.keys(input).length === 0
}
