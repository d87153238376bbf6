import { z } from 'zod'
import { errorInfoSchema, type ErrorInfo } from '../../shared/app-error.ts'
import { approvalSchema, type Approval } from '../../shared/domain/approval.ts'
import { conversationSchema, type Conversation } from '../../shared/domain/conversation.ts'
import { conversationEventSchema, poolEventSchema } from '../../shared/domain/event.ts'
import { healthSchema, type Health } from '../../shared/domain/health.ts'
import { instanceSchema, type Instance } from '../../shared/domain/instance.ts'
import { messageSchema, type Message } from '../../shared/domain/message.ts'
import { taskSchema, type Task } from '../../shared/domain/task.ts'
import { turnSchema, type Turn } from '../../shared/domain/turn.ts'
import { EventReader } from './event-reader.ts'
import { until } from './until.ts'

export type Answer = { status: number; headers: Headers; body: unknown; ms: number }
const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })
const sentSchema = z.object({ taskId: z.string(), turnId: z.string(), turn: turnSchema.optional() })
export type Sent = z.infer<typeof sentSchema>

/** A refused call: its status and the error that the app answered. */
export class Refused extends Error {
  readonly status: number
  readonly info: ErrorInfo
  readonly ms: number

  constructor(answer: Answer) {
    const info = errorInfoSchema.parse(answer.body)
    super(`${answer.status} ${info.code}: ${info.message}`)
    this.status = answer.status
    this.info = info
    this.ms = answer.ms
  }
}

/** The REST door as a script would use it: plain HTTP with a bearer token, every answer checked. */
export class Api {
  readonly url: string
  readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  /** One request, whatever comes back. */
  async raw(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const began = performance.now()
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parseJson(text), ms: performance.now() - began }
  }

  /** One request that must work; throws Refused. */
  async call<T extends z.ZodType>(schema: T, method: string, path: string, body?: unknown): Promise<z.infer<T>> {
    const answer = await this.raw(method, path, body)
    if (answer.status >= 400) throw new Refused(answer)
    return schema.parse(answer.body)
  }

  /** One request that must be refused, and how. */
  async refusal(method: string, path: string, body?: unknown): Promise<Refused> {
    const answer = await this.raw(method, path, body)
    if (answer.status < 400) throw new Error(`${method} ${path} was not refused: ${JSON.stringify(answer.body)}`)
    return new Refused(answer)
  }

  health(): Promise<Health> {
    return this.call(healthSchema, 'GET', '/health')
  }

  async instances(): Promise<Instance[]> {
    return (await this.call(listOf(instanceSchema), 'GET', '/instances')).items
  }

  async conversations(): Promise<Conversation[]> {
    return (await this.call(listOf(conversationSchema), 'GET', '/conversations')).items
  }

  instance(id: string): Promise<Instance> {
    return this.call(instanceSchema, 'GET', `/instances/${id}`)
  }

  spawn(config: Record<string, unknown>): Promise<Instance> {
    return this.call(instanceSchema, 'POST', '/instances', config)
  }

  act(id: string, action: string, body?: unknown): Promise<Instance> {
    return this.call(instanceSchema, 'POST', `/instances/${id}/${action}`, body)
  }

  /** Waits until an instance looks as asked. */
  instanceWhen(id: string, what: string, check: (instance: Instance) => boolean, timeoutMs?: number): Promise<Instance> {
    return until(
      what,
      async () => {
        const instance = await this.instance(id)
        return check(instance) && instance
      },
      timeoutMs,
    )
  }

  conversation(id: string): Promise<Conversation> {
    return this.call(conversationSchema, 'GET', `/conversations/${id}`)
  }

  createConversation(body: Record<string, unknown> = {}): Promise<Conversation> {
    return this.call(conversationSchema, 'POST', '/conversations', body)
  }

  async messages(id: string, query = ''): Promise<Message[]> {
    return (await this.call(listOf(messageSchema), 'GET', `/conversations/${id}/messages${query}`)).items
  }

  async turns(id: string): Promise<Turn[]> {
    return (await this.call(listOf(turnSchema), 'GET', `/conversations/${id}/turns`)).items
  }

  /** Sends a message; answers at once. */
  send(conversationId: string, text: string, extra: Record<string, unknown> = {}): Promise<Sent> {
    return this.call(sentSchema, 'POST', `/conversations/${conversationId}/messages`, { text, ...extra })
  }

  /** Sends a message and waits for the finished turn. */
  async ask(conversationId: string, text: string, extra: Record<string, unknown> = {}): Promise<Turn> {
    const sent = await this.send(conversationId, text, { ...extra, wait: true })
    return turnSchema.parse(sent.turn)
  }

  async continue(conversationId: string): Promise<Turn> {
    const sent = await this.call(sentSchema, 'POST', `/conversations/${conversationId}/continue`, { wait: true })
    return turnSchema.parse(sent.turn)
  }

  async tasks(query = ''): Promise<Task[]> {
    return (await this.call(listOf(taskSchema), 'GET', `/tasks${query}`)).items
  }

  async approvals(): Promise<Approval[]> {
    return (await this.call(listOf(approvalSchema), 'GET', '/approvals')).items
  }

  decide(id: string, decision: Record<string, unknown>): Promise<unknown> {
    return this.call(z.unknown(), 'POST', `/approvals/${id}`, decision)
  }

  /** The next permission question of a conversation. */
  approvalOf(conversationId: string): Promise<Approval> {
    return until('a permission question', async () =>
      (await this.approvals()).find((approval) => approval.conversationId === conversationId),
    )
  }

  /** The stream of one conversation; close it. */
  conversationEvents(id: string, lastEventId?: string): Promise<EventReader<z.infer<typeof conversationEventSchema>>> {
    return EventReader.open(`${this.url}/api/conversations/${id}/events`, this.token, conversationEventSchema, lastEventId)
  }

  /** The stream of everything; close it. */
  poolEvents(lastEventId?: string): Promise<EventReader<z.infer<typeof poolEventSchema>>> {
    return EventReader.open(`${this.url}/api/events`, this.token, poolEventSchema, lastEventId)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
