import { z } from 'zod'
import type { BackgroundKind, WorkflowStep } from '../../../shared/domain/background.ts'
import { agentWords } from './agent-names.ts'
import type { ClaudeEvent } from './claude-event.ts'

const system = { type: z.literal('system') }
const words = z.string().catch('')
const maybe = z.string().optional().catch(undefined)
const count = z.int().nonnegative().optional().catch(undefined)

const usage = z.object({ total_tokens: count, tool_uses: count }).optional().catch(undefined)

const workflowRow = z.object({
  type: z.string(),
  label: maybe,
  phaseTitle: maybe,
  state: maybe,
  tokens: count,
})

const tasksChanged = z.object({
  ...system,
  subtype: z.literal('background_tasks_changed'),
  tasks: z.array(z.object({ task_id: z.string(), task_type: words.default(''), description: words.default(''), subagent_type: maybe })),
})
const started = z.object({
  ...system,
  subtype: z.literal('task_started'),
  task_id: z.string(),
  tool_use_id: z.string().nullish(),
  prompt: maybe,
  description: maybe,
  subagent_type: maybe,
})
const progressed = z.object({
  ...system,
  subtype: z.literal('task_progress'),
  task_id: z.string(),
  description: maybe,
  summary: maybe,
  last_tool_name: maybe,
  usage,
  workflow_progress: z.array(workflowRow).optional().catch(undefined),
})
const ended = z.object({
  ...system,
  subtype: z.literal('task_notification'),
  task_id: z.string(),
  status: words.default(''),
  summary: words.default(''),
})

/** What Claude Code says of work in the background. */
export const backgroundMessages = [tasksChanged, started, progressed, ended] as const
export type BackgroundMessage = z.infer<(typeof backgroundMessages)[number]>

/** A prompt is taken up by Claude Code, one of ours or one of its own (`wakeup_source`). */
export const lifecycleSchema = z.object({
  type: z.literal('command_lifecycle'),
  command_uuid: z.string(),
  state: z.string(),
  wakeup_source: z.string().optional(),
})

export function isBackground(message: { subtype: string }): message is BackgroundMessage {
  return subtypes.has(message.subtype)
}

/** In our words. */
export function backgroundEvent(message: BackgroundMessage): ClaudeEvent {
  switch (message.subtype) {
    case 'background_tasks_changed': {
      const tasks = message.tasks.map(({ task_id: id, task_type: type, description, subagent_type: agent }) => ({
        id,
        kind: kindOf(type),
        description,
        ...(agent === undefined ? {} : { agent }),
      }))
      return { type: 'background', tasks }
    }
    case 'task_started':
      return {
        type: 'background-started',
        id: message.task_id,
        toolUseId: message.tool_use_id ?? null,
        prompt: message.prompt ?? null,
        agent: message.subagent_type === undefined ? null : agentWords(message.subagent_type, message.description),
      }
    case 'task_progress': {
      const { task_id: id, description, summary, last_tool_name: lastTool, usage: used, workflow_progress: rows } = message
      const tokens = used?.total_tokens
      const toolUses = used?.tool_uses
      // A workflow says in `summary` what it is for, and in `description` what it does.
      const doing = rows === undefined ? (summary ?? description) : description
      const progress = {
        ...(doing ? { doing } : {}),
        ...(lastTool && rows === undefined ? { lastTool } : {}),
        ...(tokens === undefined ? {} : { tokens }),
        ...(toolUses === undefined ? {} : { toolUses }),
      }
      return { type: 'background-progress', id, progress, steps: rows === undefined ? null : stepsOf(rows) }
    }
    case 'task_notification':
      return { type: 'background-ended', id: message.task_id, status: message.status, summary: message.summary }
  }
}

const subtypes: ReadonlySet<string> = new Set(backgroundMessages.map(({ shape }) => shape.subtype.value))

function kindOf(type: string): BackgroundKind {
  if (/bash|shell/.test(type)) return 'command'
  if (/agent/.test(type)) return 'agent'
  if (/workflow/.test(type)) return 'workflow'
  return /monitor/.test(type) ? 'monitor' : 'task'
}

function stepsOf(rows: readonly z.infer<typeof workflowRow>[]): WorkflowStep[] {
  return rows.flatMap(({ type, label, phaseTitle: phase, state, tokens }) =>
    type === 'workflow_agent'
      ? [{ label: label ?? '', ...(phase ? { phase } : {}), state: stepState(state), ...(tokens === undefined ? {} : { tokens }) }]
      : [],
  )
}

function stepState(state: string | undefined): WorkflowStep['state'] {
  if (state === 'done') return 'done'
  if (state === 'error') return 'failed'
  return state === 'queued' || state === 'pending' ? 'waiting' : 'running'
}
