import { memo, useId } from 'react'
import { PathLink } from '../../markdown/file-link.tsx'
import { diffFigures, diffOfTool } from '../../tools/edit-diff.ts'
import { formatClock, formatToolTime } from '../../words/figures.ts'
import { useThreadContext, useUnfolded } from './thread-context.ts'
import type { ToolRow, ToolView } from './thread-row.ts'
import { ToolDetail } from './tool-detail.tsx'
import { ToolIcon } from './tool-icon.tsx'
import { callWords } from './tools/call-words.ts'
import { textOf, todosOf, type ToolSummary } from '../../tools/tool-summary.ts'
import { useNow } from '../../ui/use-now.ts'

/** One tool call on one quiet line; its input, output and what came of it unfold below. */
export const ToolLine = memo(function ToolLine({ row }: { row: ToolRow }) {
  const { places } = useThreadContext()
  const { call } = row
  const [isOpen, toggle] = useUnfolded(row.key, unfoldsByItself(call))
  const { verb, summary } = callWords(call, places)
  const isRunning = call.state === 'running'
  const named = useId()
  const file = summary.object === null ? null : fileOf(call)
  const doing = (
    <>
      <ToolIcon name={summary.icon} />
      <span className={isRunning ? 'tool-verb tool-running' : 'tool-verb'}>{verb}</span>
    </>
  )
  return (
    <div className="tool" data-tool={call.name} data-state={call.state}>
      {file === null ? (
        <button type="button" className="tool-line" aria-expanded={isOpen} onClick={toggle}>
          {doing}
          <ToolObject summary={summary} />
          <ToolFigures call={call} />
        </button>
      ) : (
        <div className="tool-head">
          <button
            type="button"
            id={`${named}-verb`}
            className="tool-line tool-line-short"
            aria-expanded={isOpen}
            aria-labelledby={`${named}-verb ${named}-file`}
            onClick={toggle}
          >
            {doing}
          </button>
          <PathLink path={file.path} line={file.line} className="tool-object tool-code path-link">
            <span id={`${named}-file`}>{summary.object}</span>
          </PathLink>
          <ToolFigures call={call} />
        </div>
      )}
      {isOpen && <ToolDetail call={call} />}
    </div>
  )
})

/** The file that a call is about, and the line it begins to read at. */
function fileOf({ name, input }: ToolView): { path: string; line?: number } | null {
  const path = textOf(input, 'file_path') ?? textOf(input, 'notebook_path')
  if (path === null || !fileTools.has(name) || path.length > longestPath) return null
  const { offset } = input
  return typeof offset === 'number' && Number.isInteger(offset) && offset > 0 ? { path, line: offset } : { path }
}

const fileTools: ReadonlySet<string> = new Set(['Read', 'Edit', 'MultiEdit', 'Write', 'NotebookEdit'])
const longestPath = 4_000

function ToolObject({ summary }: { summary: ToolSummary }) {
  if (summary.object === null) return null
  return (
    <span className={summary.objectStyle === 'code' ? 'tool-object tool-code' : 'tool-object'} title={summary.object}>
      {summary.object}
    </span>
  )
}

const stateWords: Partial<Record<ToolView['state'], string>> = {
  failed: 'failed',
  denied: 'denied',
  unknown: 'may have run',
  waiting: 'waiting for you',
}

function ToolFigures({ call }: { call: ToolView }) {
  const now = useNow(call.state === 'running')
  const diff = call.state === 'denied' ? null : diffOfTool(call.name, call.input)
  const runs = call.state === 'running' ? Math.max(0, now - Date.parse(call.startedAt)) : null
  const time = call.durationMs === null || call.state === 'denied' ? null : formatToolTime(call.durationMs)
  const word = stateWords[call.state]
  return (
    <span className="tool-figures">
      {call.approval?.outcome === 'allowed' && !word && !isAnswer(call.name) && <span>{call.rule ? 'allowed by rule' : 'allowed'}</span>}
      {word && <span className={`tool-state tool-state-${call.state}`}>{word}</span>}
      {diff && <span>{diffFigures(diff)}</span>}
      {time && <span>{time}</span>}
      {runs !== null && runs >= 1000 && <span>{formatClock(runs)}</span>}
    </span>
  )
}

/** Their words say what was answered. */
function isAnswer(name: string): boolean {
  return name === 'AskUserQuestion' || name === 'ExitPlanMode'
}

/** What is worth seeing without a click: a change, a checklist, the answers to a question, a sub-agent that is at work. */
function unfoldsByItself(call: ToolView): boolean {
  if (call.state === 'denied') return false
  if (call.name === 'AskUserQuestion') return true
  if (diffOfTool(call.name, call.input) !== null || todosOf(call.input) !== null) return true
  return call.children.length > 0 && call.state === 'running'
}
