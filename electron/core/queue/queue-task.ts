import { z } from 'zod'
import { errorInfoSchema, type ErrorInfo } from '../../../shared/app-error.ts'
import { attachmentName, attachmentSchema, type Attachment } from '../../../shared/domain/attachment.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { imageSchema, type Image } from '../../../shared/domain/message.ts'
import { choiceSchema } from '../../../shared/domain/pool.ts'
import { newInstanceSchema, type NewInstance } from '../../../shared/domain/recipe.ts'
import { taskStateSchema, type Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { workOriginSchema, type WorkOrigin } from '../../../shared/domain/work-origin.ts'
import { newId } from '../storage/id.ts'

/** `same`: in the conversation that it names, or that its source and target have; else a new one. `fresh`: always a new one. */
const contextSchema = z.enum(['same', 'fresh'])

const taskFields = z.object({
  id: idSchema,
  /** The turn of the attempt that runs, or of the next one. */
  turnId: idSchema,
  /** The turn of the attempt before, whose place the next one takes. */
  lastTurnId: idSchema.nullable(),
  text: z.string(),
  images: z.array(imageSchema),
  attachments: z.array(attachmentSchema),
  source: z.string().nullable(),
  target: z.string().nullable(),
  tags: z.array(z.string()),
  /** The only instance that may take it; null: any. */
  aim: idSchema.nullable(),
  /** Where it belongs, or where its first attempt was made. */
  conversationId: idSchema.nullable(),
  /** The conversation was made for it: until something is said there, any instance may have it. */
  conversationIsNew: z.boolean(),
  instanceId: idSchema.nullable(),
  priority: z.int().min(0).max(9),
  /** The lower goes first. */
  rank: z.number(),
  createdAt: timeSchema,
  deadline: timeSchema.nullable(),
  retries: z.int(),
  retryDelaySeconds: z.int(),
  attempts: z.int(),
  /** An attempt of it may have changed something: the next one goes on from there, and repeats nothing. */
  hasEffects: z.boolean(),
  nextAttemptAt: timeSchema.nullable(),
  batchId: idSchema.nullable(),
  /** A caller waits for the answer: nobody does after a restart. */
  asked: z.boolean(),
  /** Its caller hung up before the end: nobody waits for the answer. */
  callerGone: z.boolean(),
  state: taskStateSchema,
  error: errorInfoSchema.nullable(),
  choice: choiceSchema.nullable(),
  endedAt: timeSchema.nullable(),
  /** Only instances that have all of these tags may take it. */
  labels: z.array(z.string()).optional(),
  /** Only an instance that was made like this may take it; where there is none, one is made. */
  launch: newInstanceSchema.optional(),
  /** It has a process of its own, which is started for it and ended after it. */
  fresh: z.boolean().optional(),
  /** `fresh`: it begins a conversation, whatever there is that it could go on in. */
  context: contextSchema.optional(),
  /** The conversation that it begins in a fork of. */
  forkOf: idSchema.optional(),
  /** What its answer has to be like, as a JSON Schema. */
  schema: z.record(z.string(), z.unknown()).optional(),
  /** The lease that it is done under; null: it was, and is not any more. */
  lease: idSchema.nullable().optional(),
  /** What it is part of. */
  origin: workOriginSchema.optional(),
  /** A turn of it that takes longer is ended; its time in the queue counts for nothing. */
  turnTimeoutSeconds: z.number().optional(),
  /** The turns of the attempts before. */
  pastTurnIds: z.array(idSchema).optional(),
})

/** Work of the queue as it is kept on disk. */
export const taskRecordSchema = taskFields.extend({
  attachments: taskFields.shape.attachments.default([]),
  conversationIsNew: taskFields.shape.conversationIsNew.default(false),
  hasEffects: taskFields.shape.hasEffects.default(false),
  callerGone: taskFields.shape.callerGone.default(false),
})
export type TaskRecord = z.infer<typeof taskRecordSchema>

/** What may change of it. Without defaults: what a change does not name stays as it is. */
export const taskChangeSchema = taskFields.omit({ id: true }).partial()
export type TaskChange = z.infer<typeof taskChangeSchema>

/** Work in memory: the record, and what counts on the monotonic clock so that a changed wall clock expires nothing. */
export class QueueTask {
  record: TaskRecord
  readonly acceptedAt = performance.now()
  /** Monotonic; infinite when there is none. */
  expiresAt: number
  /** Monotonic: the turn that runs is ended then; infinite while none runs, or when it has time without end. */
  turnEndsAt = Number.POSITIVE_INFINITY
  /** Monotonic: not begun before. */
  notBefore: number
  /** It is on its way to the disk or to an instance. */
  handing = false
  /** The attempt that was made last became a message. */
  sent = false
  /** The conversation that was made for an attempt which could not begin. */
  prepared: string | null = null
  /** How it ends once its turn has: it was withdrawn, or its time is up. */
  ending: { state: 'failed' | 'cancelled'; error: ErrorInfo } | null = null
  /** The turn that it ends with, while its end is told. */
  lastTurn: Turn | null = null
  /** What it ended with. */
  #end: Turn | Error | null = null
  /** Those who wait for that: most work has none, and there are thousands of it. */
  #waited: PromiseWithResolvers<Turn> | null = null

  constructor(record: TaskRecord) {
    this.record = record
    const later = (time: string) => this.acceptedAt + Math.max(0, Date.parse(time) - Date.now())
    this.expiresAt = record.deadline === null ? Number.POSITIVE_INFINITY : later(record.deadline)
    this.notBefore = record.nextAttemptAt === null ? 0 : later(record.nextAttemptAt)
  }

  get id(): string {
    return this.record.id
  }

  /** The turn it ended with, well or not; rejects when it ended without one. */
  get ended(): Promise<Turn> {
    this.#waited ??= Promise.withResolvers<Turn>()
    this.#tell()
    return this.#waited.promise
  }

  /** The attempt became a message. */
  hasBegun(): void {
    const { turnTimeoutSeconds } = this.record
    this.sent = true
    if (turnTimeoutSeconds !== undefined) this.turnEndsAt = performance.now() + turnTimeoutSeconds * 1_000
  }

  finish(turn: Turn): void {
    this.#end ??= turn
    this.#tell()
  }

  giveUp(error: Error): void {
    this.#end ??= error
    this.#tell()
  }

  /** It has ended and is to be done once more, without its deadline. */
  begunAnew(): void {
    this.ending = null
    this.expiresAt = Number.POSITIVE_INFINITY
    this.turnEndsAt = Number.POSITIVE_INFINITY
    this.notBefore = 0
    this.#end = null
    this.#waited = null
  }

  #tell(): void {
    if (this.#end === null || this.#waited === null) return
    if (this.#end instanceof Error) this.#waited.reject(this.#end)
    else this.#waited.resolve(this.#end)
  }
}

/** QueueTask as a caller hands it in. */
export type TaskInput = {
  /** The ids that it is to have; new ones when left out. */
  ids?: { id: string; turnId: string } | undefined
  text: string
  images?: readonly Image[] | undefined
  attachments?: readonly Attachment[] | undefined
  source?: string | undefined
  target?: string | undefined
  instanceId?: string | undefined
  conversationId?: string | undefined
  tags?: readonly string[] | undefined
  priority: number
  deadlineSeconds?: number | undefined
  retries: number
  retryDelaySeconds: number
  /** Only instances that have all of these tags. */
  labels?: readonly string[] | undefined
  /** An instance that is made like this, or found again where one was. */
  launch?: NewInstance | undefined
  /** A process of its own, started for it and ended after it. */
  fresh?: boolean | undefined
  context?: 'same' | 'fresh' | undefined
  /** It begins in a fork of this conversation. */
  forkOf?: string | undefined
  /** What its answer has to be like, as a JSON Schema; Claude Code sees to it where the process is started for this work. */
  schema?: Record<string, unknown> | undefined
  /** The lease of the only instance that may take it. */
  lease?: string | undefined
  /** What it is part of. */
  origin?: WorkOrigin | undefined
  /** A turn that takes longer than this from its beginning is ended. */
  turnTimeoutSeconds?: number | undefined
}

export function newRecord(input: TaskInput, known: Pick<TaskRecord, 'batchId' | 'asked' | 'rank'>): TaskRecord {
  const {
    text,
    images = [],
    attachments = [],
    source = null,
    target = null,
    tags = [],
    priority,
    retries,
    retryDelaySeconds,
    deadlineSeconds,
  } = input
  const now = Date.now()
  return {
    ...known,
    id: input.ids?.id ?? newId('task'),
    turnId: input.ids?.turnId ?? newId('turn'),
    lastTurnId: null,
    text,
    images: [...images],
    attachments: [...attachments],
    source,
    target,
    tags: [...tags],
    aim: input.instanceId ?? null,
    conversationId: input.conversationId ?? null,
    conversationIsNew: false,
    instanceId: null,
    callerGone: false,
    priority,
    createdAt: new Date(now).toISOString(),
    deadline: deadlineSeconds === undefined ? null : new Date(now + deadlineSeconds * 1_000).toISOString(),
    retries,
    retryDelaySeconds,
    attempts: 0,
    hasEffects: false,
    nextAttemptAt: null,
    state: 'waiting',
    error: null,
    choice: null,
    endedAt: null,
    ...optionsOf(input),
  }
}

/** What was asked for beyond the usual; what was not is no part of the record. */
function optionsOf({ labels, launch, fresh, context, forkOf, schema, lease, origin, turnTimeoutSeconds }: TaskInput): Partial<TaskRecord> {
  return {
    ...(turnTimeoutSeconds === undefined ? {} : { turnTimeoutSeconds }),
    ...(labels === undefined || labels.length === 0 ? {} : { labels: [...labels] }),
    ...(launch === undefined ? {} : { launch }),
    ...(fresh === true ? { fresh } : {}),
    ...(context === 'fresh' ? { context } : {}),
    ...(forkOf === undefined ? {} : { forkOf }),
    ...(schema === undefined ? {} : { schema }),
    ...(lease === undefined ? {} : { lease }),
    ...(origin === undefined ? {} : { origin }),
  }
}

export function isOpen({ state }: TaskRecord): boolean {
  return state === 'waiting' || state === 'running'
}

/** The task that a caller sees. */
export function taskOf(record: TaskRecord, waitingFor: string | null): Task {
  const { id, turnId, conversationId, text, images, attachments, priority, state, createdAt, batchId, deadline, attempts, retries } = record
  return {
    id,
    turnId,
    conversationId,
    instanceId: record.instanceId ?? record.aim,
    text,
    imageCount: images.length,
    ...(attachments.length > 0 ? { attachmentNames: attachments.map(attachmentName) } : {}),
    priority,
    state,
    waitingFor: state === 'waiting' ? waitingFor : null,
    createdAt,
    kind: 'queue',
    batchId,
    deadline,
    attempts,
    retries,
    nextAttemptAt: record.nextAttemptAt,
    error: record.error,
    choice: record.choice,
    endedAt: record.endedAt,
    ...(record.callerGone ? { callerGone: true } : {}),
    ...(record.labels === undefined ? {} : { labels: record.labels }),
    ...(record.fresh === true ? { fresh: true } : {}),
    ...(record.origin === undefined ? {} : { origin: record.origin }),
  }
}
