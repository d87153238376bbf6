import { newId } from '../storage/id.ts'
import { attachmentName, type Attachment } from '../../../shared/domain/attachment.ts'
import type { Image } from '../../../shared/domain/message.ts'
import type { SendWhen, Task } from '../../../shared/domain/task.ts'
import type { Turn, TurnChoice } from '../../../shared/domain/turn.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { Place } from '../gate/place.ts'
import type { Replies } from './late-replies.ts'
import type { GoesOn, WaitingTask } from './turn-recorder.ts'

/** What the pool's queue knows of a prompt already: its ids, when on the monotonic clock it was accepted, and how the instance was found; and the place it got. */
export type Handed = {
  taskId: string
  turnId: string
  acceptedAt: number
  choice?: TurnChoice | undefined
  place?: Place | undefined
  own?: LaunchConfig['own']
}

export type PromptInput = {
  text: string
  images: Image[]
  attachments?: Attachment[] | undefined
  priority: number
  forkAt?: string | null
  /** `now`: into the running turn, where one can take it; `interrupt`: before all others. */
  when?: SendWhen | undefined
  answers?: true | undefined
  /** It goes on after a turn that met a usage limit; what it says is found out when it is sent. */
  goesOn?: GoesOn | undefined
  handed?: Handed
}

/** What a conversation goes on with; `forkAt`: as for `PromptInput`. */
export type Continued = Pick<PromptInput, 'text' | 'images' | 'forkAt'> & { attachments: Attachment[] }

/** The task of a message: a prompt from the moment it was taken until its turn has ended. */
export class MessageTask {
  readonly taskId: string
  readonly turnId: string
  readonly conversationId: string
  images: Image[]
  attachments: Attachment[]
  readonly createdAt: string
  readonly acceptedAt: number
  /** How the pool found the instance; undefined when nobody had to choose. */
  readonly choice: TurnChoice | undefined
  #forkAt: string | null | undefined
  /** The turn that it goes on after when a usage limit is over; null: it is a message like any other. */
  readonly goesOn: GoesOn | null
  /** It is work of the pool's queue, which keeps it until it is sent. */
  readonly ofQueue: boolean
  /** It has a process of its own, which is ended after its turn. */
  readonly own: LaunchConfig['own']
  /** It takes answers to Claude that were given after the process that asked had ended; its text is for the user alone. */
  readonly answers: boolean
  /** What goes to Claude along with it; found before it begins. */
  replies: Replies | null = null
  text: string
  priority: number
  /** Among those of the same priority the lower goes first. */
  rank: number
  when: SendWhen
  /** Its id in Claude Code's transcript, once it may have been handed over to go into a running turn. */
  claudeUuid: string | null
  /** `steering`: it is on its way into the running turn; `joined`: it is part of that turn. */
  stage: 'waiting' | 'steering' | 'running' | 'joined' = 'waiting'
  /** It could not begin when it came; what holds it may have changed since, and is asked about before it begins. */
  waited: boolean
  /** Its place at the gate, from when it was given until it is left or given back. */
  place: Place | null
  /** The budget that it waits for, for the user to read; null when none is known to be used up. */
  heldBy: string | null = null
  /** Why the gate did not let it in when it was asked last; null when it was not asked, or did. */
  refusedBy: string | null = null
  /** True once the waiting prompt has an entry of its own on disk. */
  stored = false
  /** Settles when that entry is written, or could not be. */
  storing: Promise<void> = Promise.resolve()
  #withdrawn = false
  readonly #done = Promise.withResolvers<Turn>()
  readonly #accepted = Promise.withResolvers<void>()

  constructor(conversationId: string, input: PromptInput, restored?: WaitingTask) {
    const known = restored ?? input.handed
    this.taskId = known?.taskId ?? newId('task')
    this.turnId = known?.turnId ?? newId('turn')
    this.choice = input.handed?.choice
    this.acceptedAt = input.handed?.acceptedAt ?? performance.now()
    this.createdAt = restored?.createdAt ?? new Date().toISOString()
    this.stored = restored !== undefined
    this.waited = restored !== undefined
    this.place = input.handed?.place ?? null
    this.conversationId = conversationId
    this.text = input.text
    this.images = input.images
    this.attachments = input.attachments ?? []
    this.priority = input.priority
    this.when = input.when ?? 'after'
    this.rank = restored?.rank ?? Date.parse(this.createdAt)
    this.claudeUuid = this.when === 'now' ? crypto.randomUUID() : null
    this.#forkAt = input.forkAt
    this.answers = input.answers === true
    this.goesOn = restored?.goesOn ?? input.goesOn ?? null
    this.own = input.handed?.own
    this.ofQueue = input.handed?.place !== undefined
    // Callers that do not wait for the turn must not cause an unhandled rejection.
    this.#done.promise.catch(() => {})
    this.#accepted.promise.catch(() => {})
  }

  get waiting(): boolean {
    return this.stage === 'waiting'
  }

  get steers(): boolean {
    return this.stage === 'steering'
  }

  get running(): boolean {
    return this.stage === 'running' || this.stage === 'joined'
  }

  /** Where the session goes on: undefined: at its end, or where its replies do; null: nowhere, a new session; else after that entry. */
  get forkAt(): string | null | undefined {
    return this.#forkAt ?? (this.replies?.fresh === true ? null : this.#forkAt)
  }

  /** The words for Claude. */
  get prompt(): string {
    return [this.replies?.text ?? '', this.answers ? '' : this.text].filter((part) => part !== '').join('\n\n')
  }

  /** It was refused or withdrawn: it never became part of a turn. */
  get withdrawn(): boolean {
    return this.#withdrawn
  }

  /** Settles once the prompt is safely on disk. */
  get accepted(): Promise<void> {
    return this.#accepted.promise
  }

  /** The ended turn; rejects when the prompt was refused or withdrawn. */
  get done(): Promise<Turn> {
    return this.#done.promise
  }

  /** What it says, where that is found out only when it is sent. */
  fill({ text, images, attachments, forkAt }: Continued): void {
    Object.assign(this, { text, images, attachments })
    this.#forkAt = forkAt
  }

  accept(): void {
    this.#accepted.resolve()
  }

  finish(turn: Turn): void {
    this.#accepted.resolve()
    this.#done.resolve(turn)
  }

  refuse(error: Error): void {
    this.#withdrawn = true
    this.#accepted.reject(error)
    this.#done.reject(error)
  }

  toWaiting(): WaitingTask {
    const { taskId, turnId, text, images, attachments, priority, createdAt, rank, claudeUuid, answers, goesOn } = this
    const prompt = { taskId, turnId, text, images, ...(attachments.length > 0 ? { attachments } : {}) }
    const more = { ...(claudeUuid === null ? {} : { claudeUuid }), ...(answers ? { answers: true as const } : {}) }
    return { ...prompt, priority, createdAt, rank, ...more, ...(goesOn === null ? {} : { goesOn }) }
  }

  toTask(instanceId: string, waitingFor: string | null): Task {
    return {
      id: this.taskId,
      turnId: this.turnId,
      conversationId: this.conversationId,
      instanceId,
      text: this.text,
      imageCount: this.images.length,
      ...(this.attachments.length > 0 ? { attachmentNames: this.attachments.map(attachmentName) } : {}),
      priority: this.priority,
      ...(this.steers || this.stage === 'joined' ? { steers: true } : {}),
      ...(this.goesOn === null || this.running ? {} : { goesOnAt: this.goesOn.at }),
      state: this.running ? 'running' : 'waiting',
      waitingFor: this.running ? null : waitingFor,
      createdAt: this.createdAt,
      kind: 'message',
      batchId: null,
      deadline: null,
      attempts: this.running ? 1 : 0,
      retries: 0,
      nextAttemptAt: null,
      error: null,
      choice: null,
      endedAt: null,
    }
  }
}
