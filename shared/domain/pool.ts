import { z } from 'zod'
import { idSchema, instanceIdSchema, timeSchema } from './common.ts'
import { newInstanceSchema } from './recipe.ts'
import { launchCountsSchema, spareSchema } from './spare.ts'
import { turnSchema } from './turn.ts'

/** How the pool picks an instance for work that names none. */
export const strategySchema = z.enum(['round-robin', 'least-recently-used', 'least-busy', 'affinity'])
export type Strategy = z.infer<typeof strategySchema>

/** Why an instance was chosen, for the user to read, and how long the choice took. `hit`: it is the one that knew the work; null: none did. */
export const choiceSchema = z.object({
  instanceId: idSchema,
  strategy: strategySchema,
  reason: z.string(),
  ms: z.number(),
  hit: z.boolean().nullable().optional(),
})
export type Choice = z.infer<typeof choiceSchema>

/** What instances are like that the pool makes by itself. */
export const instanceTemplateSchema = newInstanceSchema.extend({
  /** So that work can ask for them. */
  tags: z.array(z.string().trim().min(1).max(50)).max(20).optional(),
})
export type InstanceTemplate = z.infer<typeof instanceTemplateSchema>

/** What the user sets about all instances together. Null means: no limit. */
export const poolPolicySchema = z.object({
  strategy: strategySchema.default('affinity'),
  /** The pool does not park below this many running instances. */
  min: z.int().min(0).max(100).default(0),
  /** The pool makes no more instances than this by itself; what the user makes counts but is never refused. */
  max: z.int().min(1).max(100).nullable().default(4),
  /** Processes kept ready for each way of launching that was used before. */
  spares: z.int().min(0).max(10).default(0),
  /** Resident memory of all process trees together, in MB; over it the idle one used longest ago is parked. */
  memoryLimitMb: z.int().min(100).nullable().default(null),
  /** The same as a share of the machine's memory, 0 to 1; the lower of the two counts. */
  memoryShare: z.number().min(0.01).max(1).nullable().default(null),
  /** An instance that did nothing for so long is parked. */
  idleTimeoutSeconds: z.int().min(10).max(2_592_000).nullable().default(null),
  /** A process older than this is renewed between turns. */
  ttlSeconds: z.int().min(60).max(2_592_000).nullable().default(null),
  /** 0 to 1: how many turns more than the least busy one may have before work does not go back to the instance that knows it. */
  affinityStrength: z.number().min(0).max(1).default(0.5),
  /** Turns that run at the same time, over all instances. */
  concurrency: z.int().min(1).max(100).nullable().default(null),
  /** Turns that begin within a minute, over all instances. */
  rateLimit: z.int().min(1).max(10_000).nullable().default(null),
  /** No turn begins; what runs ends as usual, what is sent waits. */
  paused: z.boolean().default(false),
  /** Where work goes that nothing else decides about, and what instances made by the pool are like. */
  defaultInstanceId: instanceIdSchema.nullable().default(null),
  /** What instances are like that the pool makes, also where there is none yet; null: like the default one, or the first. */
  template: instanceTemplateSchema.nullable().default(null),
  /** An instance that the pool made and nobody used for so long is removed; its conversations stay. */
  removeUnusedSeconds: z.int().min(1).max(31_536_000).nullable().default(21_600),
})
export type PoolPolicy = z.infer<typeof poolPolicySchema>

export const poolPolicyPatchSchema = z.object({
  strategy: strategySchema.optional(),
  min: poolPolicySchema.shape.min.unwrap().optional(),
  max: poolPolicySchema.shape.max.unwrap().optional(),
  spares: poolPolicySchema.shape.spares.unwrap().optional(),
  memoryLimitMb: poolPolicySchema.shape.memoryLimitMb.unwrap().optional(),
  memoryShare: poolPolicySchema.shape.memoryShare.unwrap().optional(),
  idleTimeoutSeconds: poolPolicySchema.shape.idleTimeoutSeconds.unwrap().optional(),
  ttlSeconds: poolPolicySchema.shape.ttlSeconds.unwrap().optional(),
  affinityStrength: poolPolicySchema.shape.affinityStrength.unwrap().optional(),
  concurrency: poolPolicySchema.shape.concurrency.unwrap().optional(),
  rateLimit: poolPolicySchema.shape.rateLimit.unwrap().optional(),
  paused: poolPolicySchema.shape.paused.unwrap().optional(),
  defaultInstanceId: poolPolicySchema.shape.defaultInstanceId.unwrap().optional(),
  template: poolPolicySchema.shape.template.unwrap().optional(),
  removeUnusedSeconds: poolPolicySchema.shape.removeUnusedSeconds.unwrap().optional(),
})
export type PoolPolicyPatch = z.infer<typeof poolPolicyPatchSchema>

/** Something that the pool did by itself, and why. */
export const poolLogEntrySchema = z.object({
  at: timeSchema,
  act: z.enum([
    'parked',
    'renewed',
    'made',
    'not-made',
    'removed',
    'chosen',
    'spare-ended',
    'aside-ended',
    'spare-lost',
    'waits',
    'budget-off',
    'budget-on',
  ]),
  /** Null when it concerns no instance. */
  instanceId: idSchema.nullable(),
  /** What it was done to; `A spare` or `The pool` where that is no instance. */
  instanceName: z.string(),
  /** For the user to read. */
  reason: z.string(),
})
export type PoolLogEntry = z.infer<typeof poolLogEntrySchema>

/** What is known about the memory of processes: measured, not yet, or this system does not tell and the budget does not act. */
export const memoryStateSchema = z.enum(['measured', 'unknown', 'unreadable'])
export type MemoryState = z.infer<typeof memoryStateSchema>

/** What an instance knows of: work of these goes back to it. */
export const knowledgeSchema = z.object({
  instanceId: idSchema,
  /** Conversations that are its own. */
  conversations: z.int(),
  /** Pairs of source and target that go on in one of these; `pairs` names the newest of them. */
  pairCount: z.int(),
  pairs: z.array(z.object({ source: z.string(), target: z.string() })),
})
export type Knowledge = z.infer<typeof knowledgeSchema>

export const poolStatusSchema = z.object({
  policy: poolPolicySchema,
  /** Memory of all process trees that were measured; null while none was, or where it cannot be. */
  memoryMb: z.number().nullable(),
  /** The limit that counts now, from both settings. */
  memoryLimitMb: z.number().nullable(),
  machineMemoryMb: z.number(),
  running: z.number(),
  sparesReady: z.number(),
  /** Share of the launches that found a spare, 0 to 1; null before the first. */
  hitRate: z.number().nullable(),
  queued: z.number(),
  memoryState: memoryStateSchema,
  /** The part of `memoryMb` that spares hold. */
  spareMemoryMb: z.number().nullable(),
  /** Processor time of all process trees, in percent of one core; null while it was not measured. */
  cpuPercent: z.number().nullable(),
  /** Starts that wait until there is memory for one more process. */
  waitingForMemory: z.int(),
  spares: z.array(spareSchema),
  launches: launchCountsSchema,
  /** One entry for each instance that knows anything. */
  knowledge: z.array(knowledgeSchema),
  /** The newest first, at most 200. */
  log: z.array(poolLogEntrySchema),
})
export type PoolStatus = z.infer<typeof poolStatusSchema>

export const answerSchema = z.object({
  text: z.string(),
  instanceId: idSchema,
  conversationId: idSchema,
  turn: turnSchema,
  choice: choiceSchema,
  /** Whether it began a conversation, or goes on in one and knows what was said there. `conversationId` lets the next one go on. */
  conversation: z.enum(['new', 'continued']).optional(),
})
export type Answer = z.infer<typeof answerSchema>
