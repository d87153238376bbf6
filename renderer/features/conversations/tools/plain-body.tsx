import { useMemo } from 'react'
import { CodeBlock } from '../../../markdown/code-block.tsx'
import { languageOfPath } from '../../../markdown/language-names.ts'
import { DiffView } from '../../../tools/diff-view.tsx'
import { diffOfTool } from '../../../tools/edit-diff.ts'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { textOf, todosOf } from '../../../tools/tool-summary.ts'
import { shortPath } from '../../../words/figures.ts'
import { AgentWork } from '../agent-work.tsx'
import { OutputBox } from '../output-box.tsx'
import { useThreadContext } from '../thread-context.ts'
import type { ToolView } from '../thread-row.ts'
import { Checklist } from './checklist.tsx'
import { ResultBody } from './result-body.tsx'

/** A change of a file. What it answers is the file again, unless it failed. */
export function EditBody({ call }: { call: ToolView }) {
  const { places } = useThreadContext()
  const diff = diffOfTool(call.name, call.input)
  if (diff === null) return <FieldsBody call={call} />
  return (
    <>
      <DiffView diff={diff} path={shortPath(diff.path, places)} />
      {call.state === 'failed' && <ResultBody call={call} />}
    </>
  )
}

export function CommandBody({ call }: { call: ToolView }) {
  const command = textOf(call.input, 'command')
  if (command === null) return <FieldsBody call={call} />
  return (
    <>
      <OutputBox text={command} label="Command" kind="input" />
      <CommandOutput call={call} />
    </>
  )
}

/** What a command prints stays as it was printed, JSON too. */
function CommandOutput({ call: { output, state, images } }: { call: ToolView }) {
  if (output === null || output === '') return state === 'done' && images.length === 0 ? <p className="tool-note">No output.</p> : null
  return <OutputBox text={output} label="Output" kind={state === 'failed' ? 'error' : 'output'} />
}

export function ReadBody({ call }: { call: ToolView }) {
  const path = textOf(call.input, 'file_path')
  const isText = path !== null && call.state === 'done' && call.output !== null && call.output !== ''
  return isText ? <FileText text={call.output ?? ''} path={path} /> : <CommandOutput call={call} />
}

/** Claude Code numbers the lines of what it reads; colours need the bare text. */
function FileText({ text, path }: { text: string; path: string }) {
  const bare = useMemo(() => text.replaceAll(/^ {0,12}\d{1,9}(?:→|\t)/gm, ''), [text])
  return <CodeBlock code={bare} language={languageOfPath(path) ?? ''} />
}

export function TodosBody({ call }: { call: ToolView }) {
  const todos = todosOf(call.input)
  if (todos === null) return <FieldsBody call={call} />
  return (
    <>
      <Checklist todos={todos} />
      {call.state === 'failed' && <ResultBody call={call} />}
    </>
  )
}

/** Lists of files and places: as they are printed. */
export function SearchedBody({ call }: { call: ToolView }) {
  const isSaid = Object.keys(call.input).every((key) => key === 'pattern' || key === 'path')
  return (
    <>
      {!isSaid && <FieldsView value={call.input} label="Input" />}
      <CommandOutput call={call} />
    </>
  )
}

/** Any other tool: what went in and what came out, as fields. */
export function FieldsBody({ call }: { call: ToolView }) {
  return (
    <>
      {Object.keys(call.input).length > 0 && <FieldsView value={call.input} label="Input" />}
      {call.children.length > 0 && <AgentWork rows={call.children} />}
      <ResultBody call={call} />
    </>
  )
}

/** The line above says all of the input. */
export function ResultOnly({ call }: { call: ToolView }) {
  return <ResultBody call={call} />
}
