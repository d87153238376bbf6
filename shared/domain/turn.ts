import { z } from 'zod'
import { errorInfoSchema, type ErrorInfo } from '../app-error.ts'
import { idSchema, timeSchema } from './common.ts'

/** Where the process that answered came from. */
export const originSchema = z.enum(['cold', 'spare', 'resumed', 'warm'])
export type Origin = z.infer<typeof originSchema>

/** How a turn ended. `lost`: the app or the process died in it, so what its tools did is not known for certain. */
export const outcomeSchema = z.enum(['done', 'failed', 'interrupted', 'lost'])
export type Outcome = z.infer<typeof outcomeSchema>

/** Milliseconds on a monotonic clock, all counted from the moment the prompt was accepted, except `toolMs` and `approvalMs` which are sums. */
export const timingSchema = z.object({
  /** In the queue, until an instance took it. */
  waitedMs: z.number().nullable(),
  /** An instance was chosen. */
  allocatedMs: z.number().nullable(),
  /** A process was ready for the prompt. */
  startedMs: z.number().nullable(),
  /** The first token of text or thinking arrived. */
  firstTokenMs: z.number().nullable(),
  /** The result arrived, or the turn ended otherwise. */
  totalMs: z.number().nullable(),
  toolMs: z.number(),
  approvalMs: z.number(),
  origin: originSchema.nullable(),
})
export type Timing = z.infer<typeof timingSchema>

/** Tokens of this turn alone, counted once per message id. */
export const usageSchema = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
})
export type Usage = z.infer<typeof usageSchema>

/** What one model had of a turn: its tokens, and US dollars where its price is known. */
export const modelShareSchema = z.object({ model: z.string(), usage: usageSchema, costUsd: z.number().nullable() })
export type ModelShare = z.infer<typeof modelShareSchema>

/** How the pool found the instance for a turn, and how long that took. */
export const turnChoiceSchema = z.object({
  strategy: z.enum(['round-robin', 'least-recently-used', 'least-busy', 'affinity']),
  ms: z.number(),
  /** Whether the work went to the instance that knew it; null when none did. */
  hit: z.boolean().nullable(),
})
export type TurnChoice = z.infer<typeof turnChoiceSchema>

/** One prompt and everything until its result. `outcome` is null while it runs. */
export const turnSchema = z.object({
  id: idSchema,
  conversationId: idSchema,
  instanceId: idSchema.nullable(),
  outcome: outcomeSchema.nullable(),
  /** Claude began it by itself, without a prompt: a task in the background has ended, or a time that it had set has come. */
  startedBy: z.literal('claude').optional(),
  /** With `startedBy`: why, such as `the background command “npm test” finished`; absent where that is not known. */
  startedFor: z.string().optional(),
  /** The turns that messages would have been which were sent into this one: their ids lead to it. */
  joined: z.array(idSchema).optional(),
  /** It met Claude's usage limit, and its conversation was to go on by itself at this time. */
  goesOnAt: timeSchema.optional(),
  /** Claude's last text in this turn. */
  text: z.string(),
  /** The answer as data, where it had to be like a schema and Claude Code saw to it. */
  structured: z.unknown().optional(),
  error: errorInfoSchema.optional(),
  timing: timingSchema,
  usage: usageSchema,
  /** US dollars of this turn alone; null when the price is not known. */
  costUsd: z.number().nullable(),
  model: z.string().nullable(),
  /** Times the request to the model was repeated. */
  retries: z.number(),
  /** Times nothing came from Claude for so long that it was said; absent in turns of earlier versions. */
  stalls: z.number().optional(),
  /** Web searches that Claude's provider made for it, each of which costs money; absent in turns of earlier versions. */
  searches: z.number().optional(),
  /** Each model that worked in this turn, the turn's own first; absent when there was only one. They add up to the turn. */
  byModel: z.array(modelShareSchema).optional(),
  /** Tokens of the first and of the last request of the main thread, from which it shows whether the prompt cache was written again. */
  firstCall: usageSchema.optional(),
  lastCall: usageSchema.optional(),
  /** How the pool found the instance; absent when nobody had to choose. */
  choice: turnChoiceSchema.optional(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
})
export type Turn = z.infer<typeof turnSchema>

/** A turn by its id, begun or not. */
export const turnStatusSchema = turnSchema.extend({
  /** Null for work of the queue that no instance has taken yet. */
  conversationId: idSchema.nullable(),
  state: z.enum(['waiting', 'running', 'ended']),
  /** The task that it is the turn of; null where none is known any more. */
  taskId: idSchema.nullable(),
  /** Why it waits, for the user to read; null when it does not. */
  waitingFor: z.string().nullable(),
})
export type TurnStatus = z.infer<typeof turnStatusSchema>

/** A turn of which nothing is known yet but that it began. */
export function begunTurn(known: Pick<Turn, 'id' | 'conversationId' | 'instanceId' | 'startedAt'>): Turn {
  return {
    ...known,
    outcome: null,
    text: '',
    timing: {
      waitedMs: null,
      allocatedMs: null,
      startedMs: null,
      firstTokenMs: null,
      totalMs: null,
      toolMs: 0,
      approvalMs: 0,
      origin: null,
    },
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    model: null,
    retries: 0,
    endedAt: null,
  }
}

/** When Claude's usage limit that a turn met is over, in wall-clock milliseconds; null when it met none. */
export function limitEnd(error: ErrorInfo | undefined): number | null {
  const retryAt = error?.data?.['retryAt']
  const time = typeof retryAt === 'string' ? Date.parse(retryAt) : Number.NaN
  return Number.isNaN(time) ? null : time
}
