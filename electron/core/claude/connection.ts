import type { Options, Query, SpareProcess } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { AgentSdk } from './agent-sdk.ts'
import type { LaunchConfig } from './claude-process.ts'
import { claimOptions } from './launch-options.ts'
import type { PromptStream } from './prompt-stream.ts'

/** The SDK's end of a process. */
export interface Connection {
  /** Null while the process is parked. */
  readonly query: Query | null
  /** Settles when it can take a prompt, or a claim. */
  ready(): Promise<void>
  /** Everything it says, until it ends. To be read once. */
  messages(): AsyncIterable<unknown>
  /** Ends a process that nobody has claimed; of any other, nothing. */
  close(): void
}

const initialSchema = z.object({ commands: z.array(z.object({ name: z.string() })) })

/** Whether the process has a slash command: one that does not know it would take it for a prompt. */
export async function knowsCommand({ query: asked }: Connection, command: string): Promise<boolean> {
  const initial = initialSchema.safeParse(await asked?.initializationResult().catch(() => null))
  return initial.success && initial.data.commands.some(({ name }) => name === command)
}

/** A process that is a session from its start. */
export class SessionConnection implements Connection {
  readonly query: Query

  constructor({ query }: AgentSdk, prompt: PromptStream, options: Options) {
    this.query = query({ prompt, options })
  }

  async ready(): Promise<void> {
    await this.query.initializationResult()
  }

  messages(): AsyncIterable<unknown> {
    return this.query
  }

  close(): void {}
}

/** A process that becomes a session when it is claimed. */
export class ParkedConnection implements Connection {
  readonly #spare: Promise<SpareProcess>
  readonly #prompt: PromptStream
  readonly #opened = Promise.withResolvers<Query | null>()
  #query: Query | null = null

  constructor({ prewarm }: AgentSdk, prompt: PromptStream, options: Options) {
    this.#prompt = prompt
    this.#spare = prewarm({ options })
    this.#spare.then(
      (spare) => {
        spare.claimed.catch(() => {})
        void spare.exited.then(() => this.#opened.resolve(null))
      },
      (thrown: unknown) => this.#opened.reject(thrown),
    )
    // Whoever reads the messages is told; nobody may.
    this.#opened.promise.catch(() => {})
  }

  get query(): Query | null {
    return this.#query
  }

  async ready(): Promise<void> {
    await this.#spare
  }

  async *messages(): AsyncGenerator<unknown, void, void> {
    const opened = await this.#opened.promise
    if (opened) yield* opened
  }

  /**
   * Binds it to a folder. Throws STATE_CONFLICT with the reason when the process does not take it; prompts are sent after the
   * claim alone, so nothing has been said to Claude then.
   */
  async claim(config: LaunchConfig): Promise<void> {
    const spare = await this.#spare
    try {
      this.#query = spare.claim({ prompt: this.#prompt, options: claimOptions(config) })
      this.#opened.resolve(this.#query)
      await spare.claimed
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new AppError('STATE_CONFLICT', `A process that was kept ready does not take this folder: ${why}`, { cause })
    }
  }

  close(): void {
    if (this.#query === null) void this.#spare.then((spare) => spare.close()).catch(() => {})
  }
}
