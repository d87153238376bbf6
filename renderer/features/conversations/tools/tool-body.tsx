import type { ReactNode } from 'react'
import { mcpName } from '../../../tools/tool-summary.ts'
import type { ToolView } from '../thread-row.ts'
import { AnsweredQuestions } from './answered-questions.tsx'
import { NotebookBody } from './notebook-body.tsx'
import { CommandBody, EditBody, FieldsBody, ReadBody, ResultOnly, SearchedBody, TodosBody } from './plain-body.tsx'
import { PlanBody } from './plan-body.tsx'
import { ResourceBody, ServerToolBody } from './server-body.tsx'
import { TaskBody } from './task-body.tsx'
import { FetchBody, SearchBody } from './web-body.tsx'
import { AgentBody, MonitorBody, StructuredBody, WorkflowBody } from './work-body.tsx'
import '../../../tools/tool-bodies.css'

type Body = (props: { call: ToolView }) => ReactNode

/** How the calls of each tool are drawn; those of an MCP server and any other are fields. */
const bodies: Readonly<Record<string, Body>> = {
  AskUserQuestion: AnsweredQuestions,
  ExitPlanMode: PlanBody,
  EnterPlanMode: () => null,
  Bash: CommandBody,
  PowerShell: CommandBody,
  Edit: EditBody,
  MultiEdit: EditBody,
  Write: EditBody,
  NotebookEdit: NotebookBody,
  Read: ReadBody,
  LS: ReadBody,
  Glob: SearchedBody,
  Grep: SearchedBody,
  TodoWrite: TodosBody,
  TaskCreate: TaskBody,
  TaskUpdate: TaskBody,
  TaskList: TaskBody,
  TaskGet: TaskBody,
  Agent: AgentBody,
  Task: AgentBody,
  Workflow: WorkflowBody,
  Monitor: MonitorBody,
  WebSearch: SearchBody,
  web_search: SearchBody,
  WebFetch: FetchBody,
  web_fetch: FetchBody,
  StructuredOutput: StructuredBody,
  ListMcpResourcesTool: ResultOnly,
  ReadMcpResourceTool: ResourceBody,
}

/** What went into a call and what came out, in the form that suits its tool. */
export function ToolBody({ call }: { call: ToolView }) {
  const Body = Object.hasOwn(bodies, call.name) ? bodies[call.name] : undefined
  if (Body) return <Body call={call} />
  return mcpName(call.name) ? <ServerToolBody call={call} /> : <FieldsBody call={call} />
}
