import { z } from 'zod'
import { backgroundOutputSchema, backgroundTaskSchema } from '../domain/background.ts'
import { idSchema, instanceIdSchema, pageOf, timeSchema } from '../domain/common.ts'
import { instanceCreateSchema, instancePatchSchema, instanceSchema, pauseModeSchema } from '../domain/instance.ts'
import {
  agentInfoSchema,
  commandInfoSchema,
  contextUsageSchema,
  mcpActionSchema,
  mcpServerInfoSchema,
  modelInfoSchema,
} from '../domain/claude-info.ts'
import { severalOutcomeSchema, severalSchema } from '../domain/several.ts'
import { droppedMessageSchema } from '../domain/task.ts'
import { worktreeFateSchema, worktreeRequestSchema } from '../domain/worktree.ts'
import { call } from './base.ts'

const byId = z.object({ id: instanceIdSchema })
const known = {
  known: z
    .boolean()
    .default(false)
    .describe('What was read last in its folder, at once and without starting a process; where one is there, it is asked again meanwhile.'),
  cwd: z.string().max(4_096).optional().describe("With `known`: another folder than the instance's own, as a conversation may have."),
}
/** When the process was asked; null: never yet. */
const readAt = { readAt: timeSchema.nullable() }

const mayStart = z.boolean().default(true).describe('False: without a process it is refused instead.')

/** An instance's life. */
export const instances = {
  list: call.route({ method: 'GET', path: '/instances', summary: 'List instances' }).output(pageOf(instanceSchema)),
  create: call
    .route({ method: 'POST', path: '/instances', summary: 'Spawn an instance, from a profile if you like', successStatus: 201 })
    .input(
      instanceCreateSchema.extend({
        start: z.boolean().default(true),
        worktree: worktreeRequestSchema.optional().describe('A git worktree of its own, made from the repository of `cwd`.'),
      }),
    )
    .output(instanceSchema),
  get: call.route({ method: 'GET', path: '/instances/{id}', summary: 'Read an instance' }).input(byId).output(instanceSchema),
  update: call
    .route({
      method: 'PATCH',
      path: '/instances/{id}',
      summary: 'Change an instance; what needs a new process takes effect when the running turn ends',
    })
    .input(byId.extend(instancePatchSchema.shape))
    .output(instanceSchema),
  remove: call
    .route({ method: 'DELETE', path: '/instances/{id}', summary: 'Remove an instance; its conversations stay' })
    .input(
      byId.extend({
        worktree: worktreeFateSchema
          .default('keep')
          .describe('What happens to the worktree that was made for it. Removed only where no work is lost.'),
        ignored: z
          .enum(['keep', 'remove'])
          .default('keep')
          .describe('With `worktree: "remove"`: whether files that git ignores may go too.'),
      }),
    )
    .output(z.object({ removed: z.literal(true) })),
  start: call.route({ method: 'POST', path: '/instances/{id}/start', summary: 'Start its process' }).input(byId).output(instanceSchema),
  pause: call
    .route({ method: 'POST', path: '/instances/{id}/pause', summary: 'Pause: hold, freeze or park' })
    .input(byId.extend({ mode: pauseModeSchema }))
    .output(instanceSchema),
  resume: call
    .route({ method: 'POST', path: '/instances/{id}/resume', summary: 'Resume after a pause' })
    .input(byId)
    .output(instanceSchema),
  stop: call.route({ method: 'POST', path: '/instances/{id}/stop', summary: 'End its process' }).input(byId).output(instanceSchema),
  restart: call
    .route({ method: 'POST', path: '/instances/{id}/restart', summary: 'End its process and start a new one in the same session' })
    .input(byId)
    .output(instanceSchema),
  interrupt: call
    .route({ method: 'POST', path: '/instances/{id}/interrupt', summary: 'End the running turn and keep what was said' })
    .input(
      byId.extend({
        queue: z
          .enum(['keep', 'drop'])
          .default('keep')
          .describe(
            'What becomes of the messages that wait in the conversation of that turn: `keep` sends them next, `drop` answers them as `dropped`.',
          ),
      }),
    )
    .output(instanceSchema.extend({ dropped: z.array(droppedMessageSchema).optional() })),
  several: call
    .route({ method: 'POST', path: '/instances/several', summary: 'Pause, resume, restart or stop several; answers what became of each' })
    .input(severalSchema)
    .output(pageOf(severalOutcomeSchema)),
  models: call
    .route({
      method: 'GET',
      path: '/instances/{id}/models',
      summary: 'The models that its account has and what they cost; starts its process where there is none',
    })
    .input(
      byId.extend({
        start: z
          .boolean()
          .default(true)
          .describe('False: without a process the list is what it was last, empty where it was never asked for.'),
      }),
    )
    .output(pageOf(modelInfoSchema)),
  commands: call
    .route({
      method: 'GET',
      path: '/instances/{id}/commands',
      summary: 'Its slash commands and skills; starts its process where there is none, unless `known`',
    })
    .input(byId.extend(known))
    .output(pageOf(commandInfoSchema).extend(readAt)),
  agents: call
    .route({
      method: 'GET',
      path: '/instances/{id}/agents',
      summary: 'The sub-agents that it can call; starts its process where there is none, unless `known`',
    })
    .input(byId.extend(known))
    .output(pageOf(agentInfoSchema).extend(readAt)),
  context: call
    .route({
      method: 'GET',
      path: '/instances/{id}/context',
      summary: 'What fills its context, in tokens; starts its process where there is none',
    })
    .input(byId.extend({ start: mayStart }))
    .output(contextUsageSchema),
  mcp: call
    .route({
      method: 'GET',
      path: '/instances/{id}/mcp',
      summary: 'Its MCP servers and their tools; starts its process where there is none',
    })
    .input(byId.extend({ start: mayStart }))
    .output(pageOf(mcpServerInfoSchema)),
  mcpAction: call
    .route({
      method: 'POST',
      path: '/instances/{id}/mcp/{server}',
      summary: 'Reconnect an MCP server, or switch it on or off for this session',
    })
    .input(
      byId.extend({
        server: z.string().min(1).max(200),
        action: mcpActionSchema.describe('`reconnect`, or `enable` or `disable` for this session.'),
      }),
    )
    .output(pageOf(mcpServerInfoSchema)),
  mcpSignIn: call
    .route({
      method: 'POST',
      path: '/instances/{id}/mcp/{server}/sign-in',
      summary: 'Start signing in to an MCP server; answers the address to open',
    })
    .input(byId.extend({ server: z.string().min(1).max(200) }))
    .output(z.object({ url: z.string().nullable() })),
  background: call
    .route({ method: 'GET', path: '/instances/{id}/background', summary: 'What runs in the background of its current conversation' })
    .input(byId)
    .output(pageOf(backgroundTaskSchema)),
  backgroundOutput: call
    .route({
      method: 'GET',
      path: '/instances/{id}/background/{taskId}/output',
      summary: 'The end of what a command or monitor in the background has written, at most 100,000 characters',
    })
    .input(byId.extend({ taskId: z.string().min(1).max(200) }))
    .output(backgroundOutputSchema),
  stopBackground: call
    .route({ method: 'POST', path: '/instances/{id}/background/{taskId}/stop', summary: 'End one task that runs in the background' })
    .input(byId.extend({ taskId: z.string().min(1).max(200) }))
    .output(instanceSchema),
  open: call
    .route({ method: 'POST', path: '/instances/{id}/open', summary: 'Make a conversation the current one; waits for the running turn' })
    .input(byId.extend({ conversationId: idSchema }))
    .output(instanceSchema),
}
