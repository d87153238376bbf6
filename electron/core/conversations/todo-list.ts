import { z } from 'zod'
import type { Block, Message, ToolResultBlock, ToolUseBlock } from '../../../shared/domain/message.ts'
import { todoStatusSchema, type Todo, type TodoItem } from '../../../shared/domain/todo.ts'

const mostItems = 1_000
const mostTold = 100
const mostOpenCalls = 500
const longestText = 500
/** So many changes back a list is known, for when messages are taken back. */
const mostKept = 200

const id = z.union([z.string(), z.number().transform(String)])
const text = z.string().transform((said) => clipped(said))
const createSchema = z.object({ subject: text, activeForm: text.optional().catch(undefined) })
const updateSchema = z.object({
  taskId: id,
  subject: text.optional().catch(undefined),
  activeForm: text.optional().catch(undefined),
  status: z
    .enum([...todoStatusSchema.options, 'deleted'])
    .optional()
    .catch(undefined),
  owner: text.optional().catch(undefined),
  addBlockedBy: z.array(id).max(100).optional().catch(undefined),
})
const writeSchema = z.object({
  todos: z.array(z.object({ content: text, status: todoStatusSchema.catch('pending'), activeForm: text.optional().catch(undefined) })),
})

type Items = ReadonlyMap<string, TodoItem>
const readers: ReadonlySet<string> = new Set(['TaskCreate', 'TaskUpdate', 'TaskList', 'TodoWrite'])
const none: Items = new Map()

/**
 * The to-do list of a conversation, made from its messages: what Claude called, and what Claude Code answered. A call counts when its
 * answer has come and is no error.
 */
export class TodoList {
  #items: Items = none
  #at = ''
  readonly #calls = new Map<string, ToolUseBlock>()
  /** The list after each message that changed it, the oldest first. */
  #history: { seq: number; items: Items; at: string }[] = []
  /** Changes of messages that were taken back, for when they come again. */
  #takenBack: { seq: number; items: Items; at: string }[] = []

  /** The list as it is told; undefined while there is none. */
  get todo(): Todo | undefined {
    if (this.#items.size === 0) return undefined
    const items = [...this.#items.values()]
    const done = items.filter(({ status }) => status === 'completed').length
    return { items: items.slice(0, mostTold), total: items.length, done, updatedAt: this.#at }
  }

  /** Takes a message; true when the list has changed. */
  take({ role, blocks, parentToolUseId }: Pick<Message, 'role' | 'blocks' | 'parentToolUseId'>, seq: number, at: string): boolean {
    const before = this.#items
    if (role === 'user') this.#items = isDone(before) ? none : before
    for (const block of blocks) this.#block(block, parentToolUseId !== undefined)
    if (this.#items === before) return false
    this.#keep(seq, at)
    return true
  }

  /** Another session begins: Claude Code's list goes with the one before. True when the list has changed. */
  sessionChanged(seq: number, at: string): boolean {
    if (this.#items.size === 0) return false
    this.#items = none
    this.#keep(seq, at)
    return true
  }

  /** Messages were taken back: what they changed is undone. True when the list has changed. */
  superseded(fromSeq: number, toSeq: number): boolean {
    const left = this.#history.filter(({ seq }) => seq < fromSeq || seq > toSeq)
    if (left.length === this.#history.length) return false
    const gone = this.#history.filter(({ seq }) => seq >= fromSeq && seq <= toSeq)
    this.#takenBack = [...this.#takenBack, ...gone].slice(-mostKept)
    this.#restore(left)
    return true
  }

  /** Messages that were taken back are there again, but for those that something else took back. True when the list has changed. */
  reinstated(fromSeq: number, toSeq: number, isStillGone: (seq: number) => boolean): boolean {
    const isBack = (seq: number) => seq >= fromSeq && seq <= toSeq && !isStillGone(seq)
    const back = this.#takenBack.filter(({ seq }) => isBack(seq))
    if (back.length === 0) return false
    this.#takenBack = this.#takenBack.filter(({ seq }) => !isBack(seq))
    this.#restore([...this.#history, ...back].toSorted((a, b) => a.seq - b.seq))
    return true
  }

  #restore(history: { seq: number; items: Items; at: string }[]): void {
    this.#history = history
    const last = history.at(-1)
    this.#items = last?.items ?? none
    this.#at = last?.at ?? ''
  }

  #keep(seq: number, at: string): void {
    this.#at = at
    this.#history = [...this.#history, { seq, items: this.#items, at }].slice(-mostKept)
  }

  /** A sub-agent writes the entries of the same list, but has a `TodoWrite` list of its own. */
  #block(block: Block, isAgents: boolean): void {
    if (block.type === 'tool_use' && readers.has(block.name) && !(isAgents && block.name === 'TodoWrite')) {
      this.#calls.set(block.toolUseId, block)
      const oldest = this.#calls.keys().next()
      if (this.#calls.size > mostOpenCalls && !oldest.done) this.#calls.delete(oldest.value)
    }
    if (block.type !== 'tool_result') return
    const call = this.#calls.get(block.toolUseId)
    this.#calls.delete(block.toolUseId)
    if (call && !block.isError) this.#items = answered(this.#items, call, block)
  }
}

function answered(items: Items, { name, input }: ToolUseBlock, { output }: ToolResultBlock): Items {
  switch (name) {
    case 'TaskCreate':
      return created(items, input, output)
    case 'TaskUpdate':
      return updated(items, input, output)
    case 'TaskList':
      return listed(items, output)
    default:
      return written(items, input)
  }
}

function created(items: Items, input: unknown, output: string): Items {
  const [, taskId] = /^Task #(\S+) created/.exec(output) ?? []
  const call = createSchema.safeParse(input).data
  if (taskId === undefined || !call || items.size >= mostItems) return items
  // The numbers begin again where Claude Code has dropped a list that was done.
  return new Map(items).set(taskId, { id: taskId, text: call.subject, ...given(call.activeForm, 'activeForm'), status: 'pending' })
}

function updated(items: Items, input: unknown, output: string): Items {
  const call = updateSchema.safeParse(input).data
  const item = call && items.get(call.taskId)
  if (!call || !item || !output.startsWith('Updated task')) return items
  if (call.status === 'deleted') return new Map([...items].filter(([key]) => key !== call.taskId))
  const blockedBy = [...new Set([...(item.blockedBy ?? []), ...(call.addBlockedBy ?? [])])].slice(0, 100)
  return new Map(items).set(call.taskId, {
    ...item,
    ...given(call.subject, 'text'),
    ...given(call.activeForm, 'activeForm'),
    ...given(call.status, 'status'),
    ...given(call.owner, 'owner'),
    ...(blockedBy.length === 0 ? {} : { blockedBy }),
  })
}

/** `#1 [in_progress] Run the tests (owner) [blocked by #2]`, a line for each. What is not in it is there no more. */
function listed(items: Items, output: string): Items {
  if (output.startsWith('No tasks found')) return none
  const lines = output.split('\n').flatMap((line): [string, TodoItem['status'], string][] => {
    const [, key, status, words = ''] = /^#(\S+) \[(pending|in_progress|completed)\] (.*)$/.exec(line) ?? []
    return key === undefined ? [] : [[key, todoStatusSchema.catch('pending').parse(status), words]]
  })
  if (lines.length === 0) return items
  const next = new Map(
    lines.slice(0, mostItems).map(([key, status, words]): [string, TodoItem] => {
      const known = items.get(key)
      return [key, known ? { ...known, status } : { id: key, text: clipped(words.replace(/ \[blocked by [^\]]*\]$/, '')), status }]
    }),
  )
  return isSame(items, next) ? items : next
}

function written(items: Items, input: unknown): Items {
  const call = writeSchema.safeParse(input).data
  if (!call) return items
  return new Map(
    call.todos.slice(0, mostItems).map(({ content, status, activeForm }, index): [string, TodoItem] => {
      const key = String(index + 1)
      return [key, { id: key, text: content, ...given(activeForm, 'activeForm'), status }]
    }),
  )
}

function given<K extends keyof TodoItem>(value: TodoItem[K] | undefined, key: K): Partial<Pick<TodoItem, K>> {
  const made: Partial<Pick<TodoItem, K>> = {}
  if (value !== undefined) made[key] = value
  return made
}

function isSame(a: Items, b: Items): boolean {
  return a.size === b.size && [...b].every(([key, { status }]) => a.get(key)?.status === status)
}

function isDone(items: Items): boolean {
  return items.size > 0 && [...items.values()].every(({ status }) => status === 'completed')
}

function clipped(said: string): string {
  return said.length > longestText ? `${said.slice(0, longestText - 1).toWellFormed()}…` : said
}
