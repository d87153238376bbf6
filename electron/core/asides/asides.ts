import { AppError } from '../../../shared/app-error.ts'
import type { Aside as AsideView, AsideEvent, Exchange } from '../../../shared/domain/aside.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { instanceConfigSchema, type InstanceConfig } from '../../../shared/domain/instance.ts'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import type { Claude } from '../claude/claude.ts'
import type { ClaudeEvent, ClaudeExit, ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Identified, StreamOptions } from '../events/event-log.ts'
import { launchConfigOf } from '../instances/launch-config.ts'
import type { Pool } from '../pool/pool.ts'
import { newId } from '../storage/id.ts'
import { Aside, type AsideLimits, type AsideTiming } from './aside.ts'
import { keepAside } from './keep-aside.ts'

export type AsidesDeps = {
  conversations: ConversationStore
  claude: Claude
  pool: Pool
  /** Puts a session back that Claude Code has deleted; false where nobody has it. */
  bringBack: (sessionId: string) => Promise<boolean>
  /** What it cost has to be counted, although no conversation tells of it. */
  onTurn: (id: string, conversation: Conversation, turn: Turn) => void
  /** Throws when no more may be spent. */
  checkBudget: (conversationId: string, instanceId: string | null) => Promise<void>
  limits?: AsideLimits
}

const usualLimits: AsideLimits = { answerMs: 300_000, idleMs: 180_000 }
/** With a process each. */
const mostLive = 4
const mostKept = 20
/** All that Claude may do beside a conversation. */
const readingTools = new Set(['Read', 'Glob', 'Grep', 'LS', 'NotebookRead', 'ToolSearch'])

/** Side questions: forks of a session that are never written down, with a process each for as long as they are asked. */
export class Asides {
  readonly #deps: AsidesDeps
  /** The one used last comes last. */
  readonly #asides = new Map<string, Aside>()

  constructor(deps: AsidesDeps) {
    this.#deps = deps
  }

  /** Throws NOT_FOUND, STATE_CONFLICT where nothing was said yet, LIMIT_REACHED, and what a budget throws. */
  async ask(
    conversationId: string,
    { text, asideId }: { text: string; asideId?: string | undefined },
  ): Promise<{ aside: Aside; done: Promise<void> }> {
    const conversation = this.#deps.conversations.get(conversationId)
    if (conversation.sessionId === null || conversation.rewoundTo === null) {
      throw new AppError('STATE_CONFLICT', 'Claude has no context yet. Send a message first, then ask about it.')
    }
    await this.#deps.checkBudget(conversationId, conversation.instanceId)
    const aside = asideId === undefined ? this.#make(conversationId) : this.#find(conversationId, asideId)
    const live = [...this.#asides.values()].filter((one) => one.isLive && one !== aside)
    if (live.length >= mostLive) {
      throw new AppError('LIMIT_REACHED', `${mostLive} side questions are open already. Close one first.`, { data: { limit: mostLive } })
    }
    const { done } = aside.ask(text)
    this.#asides.delete(aside.id)
    this.#asides.set(aside.id, aside)
    await this.#prune()
    return { aside, done }
  }

  get(conversationId: string, asideId: string): AsideView {
    return this.#find(conversationId, asideId).view()
  }

  stream(conversationId: string, asideId: string, options: StreamOptions): AsyncGenerator<Identified<AsideEvent>, void, void> {
    return this.#find(conversationId, asideId).stream(options)
  }

  async stop(conversationId: string, asideId: string): Promise<AsideView> {
    const aside = this.#find(conversationId, asideId)
    await aside.stop()
    return aside.view()
  }

  /** A new conversation with all that was said in the old one, and with these questions and answers. */
  keep(conversationId: string, asideId: string, title: string | undefined): Promise<Conversation> {
    const { conversations, claude, pool, bringBack } = this.#deps
    const { exchanges } = this.#find(conversationId, asideId).view()
    return keepAside({ conversations, claude, forks: pool.forks, bringBack }, conversationId, exchanges, title)
  }

  /** Nothing of it is left. One that is gone is closed. */
  async drop(asideId: string): Promise<void> {
    const aside = this.#asides.get(asideId)
    this.#asides.delete(asideId)
    await aside?.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#asides.keys()].map((id) => this.drop(id)))
  }

  #find(conversationId: string, asideId: string): Aside {
    const found = this.#asides.get(asideId)
    if (found?.conversationId !== conversationId) throw new AppError('NOT_FOUND', 'This side question was closed. Ask it again.')
    return found
  }

  #make(conversationId: string): Aside {
    const { limits = usualLimits } = this.#deps
    const aside: Aside = new Aside(conversationId, {
      limits,
      launch: (onEvent, onExit, signal) => this.#launch(aside, { onEvent, onExit }, signal),
      isBusy: () => this.#deps.conversations.get(conversationId).lastTurn?.outcome === null,
      onEnd: (exchange, timing) => this.#ended(conversationId, exchange, timing),
    })
    return aside
  }

  async #launch(
    aside: Aside,
    listener: { onEvent: (event: ClaudeEvent) => void; onExit: (exit: ClaudeExit) => void },
    signal: AbortSignal,
  ): Promise<ClaudeProcess> {
    const { conversations, claude, bringBack, pool } = this.#deps
    const conversation = conversations.get(aside.conversationId)
    const { sessionId } = conversation
    if (sessionId !== null && !(await claude.hasSession(sessionId))) await bringBack(sessionId)
    const stay = await pool.admit({ isIdle: () => aside.isIdle, letGo: () => aside.letGo() }, signal)
    const onExit = (exit: ClaudeExit): void => {
      stay.left()
      listener.onExit(exit)
    }
    const config = asideConfig(this.#configOf(conversation), conversation)
    const process = await claude.launch(config, { ...listener, onExit, ...readsOnly }, signal).catch((thrown: unknown) => {
      stay.left()
      throw thrown
    })
    stay.started(process)
    // Another effort would be another prompt to the provider, and nothing of it would be cached.
    if (conversation.effort !== undefined) await process.controls.setEffort(conversation.effort).catch(() => undefined)
    return process
  }

  #configOf({ instanceId, cwd }: Conversation): InstanceConfig {
    const found = this.#deps.pool.instances.list().find(({ id }) => id === instanceId)
    return instanceConfigSchema.parse(found ?? { name: 'aside', cwd: cwd ?? process.cwd() })
  }

  #ended(conversationId: string, exchange: Exchange, timing: AsideTiming): void {
    const { conversations, onTurn } = this.#deps
    if (!conversations.has(conversationId)) return
    const conversation = conversations.get(conversationId)
    onTurn(exchange.id, conversation, turnOf(conversation, exchange, timing))
  }

  async #prune(): Promise<void> {
    for (const [id, aside] of this.#asides) {
      if (this.#asides.size <= mostKept) return
      if (!aside.isLive) await this.drop(id)
    }
  }
}

/** The same as the conversation's own process as far as the model sees it, so that what is cached is read; but it is written nowhere. */
function asideConfig(config: InstanceConfig, conversation: Conversation): LaunchConfig {
  return { ...launchConfigOf(config, conversation), permissionMode: 'default', mcpServers: {}, aside: true }
}

const refusal = 'This is a side question: only reading is possible here.'

const readsOnly: Pick<ClaudeListener, 'onPermission' | 'denies'> = {
  denies: async ({ tool }) => !readingTools.has(tool),
  onPermission: async () => ({ behavior: 'deny', message: refusal, interrupt: false }),
}

function turnOf({ id: conversationId, instanceId }: Conversation, exchange: Exchange, timing: AsideTiming): Turn {
  const { startedAt, endedAt, usage, costUsd, model, error, outcome } = exchange
  const turn = begunTurn({ id: newId('turn'), conversationId, instanceId, startedAt })
  const { startedMs, firstTokenMs, totalMs, origin } = timing
  return {
    ...turn,
    outcome: outcome ?? 'lost',
    ...(error ? { error } : {}),
    timing: { ...turn.timing, waitedMs: 0, allocatedMs: 0, startedMs, firstTokenMs, totalMs, origin },
    usage,
    costUsd,
    model,
    endedAt,
  }
}
