import { CodeBlock } from '../../../markdown/code-block.tsx'
import { Markdown } from '../../../markdown/markdown.tsx'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { textOf } from '../../../tools/tool-summary.ts'
import { formatCount, formatDuration, plural } from '../../../words/figures.ts'
import { AgentWork } from '../agent-work.tsx'
import { OutputBox } from '../output-box.tsx'
import type { ToolView } from '../thread-row.ts'
import { ResultBody } from './result-body.tsx'

/** A sub-agent: its task, what it did, what it answered, and how much that was. */
export function AgentBody({ call }: { call: ToolView }) {
  const prompt = textOf(call.input, 'prompt')
  const facts = agentFacts(call)
  return (
    <>
      {prompt !== null && <OutputBox text={prompt} label="Task" kind="words" />}
      {call.children.length > 0 && <AgentWork rows={call.children} />}
      {call.output !== null && call.output !== '' && (
        <div className="agent-answer">
          {call.state === 'failed' ? <OutputBox text={call.output} label="Output" kind="error" /> : <Markdown text={call.output} />}
        </div>
      )}
      {facts !== '' && <p className="tool-note">{facts}</p>}
    </>
  )
}

function agentFacts({ input, data }: ToolView): string {
  const { totalToolUseCount: tools, totalTokens: tokens, totalDurationMs: ms } = data ?? {}
  const kind = textOf(input, 'subagent_type')
  const parts = [
    kind ?? '',
    typeof tools === 'number' ? plural(tools, 'tool call') : '',
    typeof tokens === 'number' ? `${formatCount(tokens)} tokens` : '',
    typeof ms === 'number' ? formatDuration(ms) : '',
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** A workflow: its script as code, what it was given, and where it stands. */
export function WorkflowBody({ call }: { call: ToolView }) {
  const { script, ...rest } = call.input
  return (
    <>
      {Object.keys(rest).length > 0 && <FieldsView value={rest} label="Workflow" />}
      {typeof script === 'string' && <CodeBlock code={script} language="js" />}
      <ResultBody call={call} />
    </>
  )
}

/** A monitor: the command whose lines are watched, and for how long. */
export function MonitorBody({ call }: { call: ToolView }) {
  const { command, description: _, timeout_ms: timeout, ...rest } = call.input
  return (
    <>
      {typeof command === 'string' && <OutputBox text={command} label="Command" kind="input" />}
      {Object.keys(rest).length > 0 && <FieldsView value={rest} label="Input" />}
      {typeof timeout === 'number' && <p className="tool-note">Ends after {formatDuration(timeout)} at the latest.</p>}
      <ResultBody call={call} />
    </>
  )
}

/** A result in the form that was asked for. */
export function StructuredBody({ call }: { call: ToolView }) {
  return (
    <>
      <FieldsView value={call.input} label="Result" />
      {call.state === 'failed' && <ResultBody call={call} />}
    </>
  )
}
