import { z } from 'zod'
import type { BackgroundKind } from '../../../shared/domain/instance.ts'
import type { ClaudeEvent } from './claude-event.ts'

const system = { type: z.literal('system') }
const words = z.string().catch('')

const tasksChanged = z.object({
  ...system,
  subtype: z.literal('background_tasks_changed'),
  tasks: z.array(z.object({ task_id: z.string(), task_type: words.default(''), description: words.default('') })),
})
const started = z.object({
  ...system,
  subtype: z.literal('task_started'),
  task_id: z.string(),
  tool_use_id: z.string().nullish(),
})
const ended = z.object({
  ...system,
  subtype: z.literal('task_notification'),
  task_id: z.string(),
  status: words.default(''),
  summary: words.default(''),
})

/** What Claude Code says of work in the background. */
export const backgroundMessages = [tasksChanged, started, ended] as const
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
      const tasks = message.tasks.map(({ task_id: id, task_type: type, description }) => ({ id, kind: kindOf(type), description }))
      return { type: 'background', tasks }
    }
    case 'task_started':
      return { type: 'background-started', id: message.task_id, toolUseId: message.tool_use_id ?? null }
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
