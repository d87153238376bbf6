import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { conversationSchema } from '../../shared/domain/conversation.ts'
import type { Message } from '../../shared/domain/message.ts'
import { turnSchema, turnStatusSchema, type TurnStatus } from '../../shared/domain/turn.ts'
import { taskSchema } from '../../shared/domain/task.ts'
import { Refused } from '../support/api.ts'
import type { App } from '../support/app.ts'
import { processesOf, startOf } from '../support/processes.ts'
import { until } from '../support/until.ts'
import type { Promises } from './kill-promises.ts'

const patienceMs = 10_000
type Report = (fault: string) => void

/** Nothing that the killed app, or what it had started, ran is left. */
export async function checkProcesses(app: App, report: Report): Promise<void> {
  const began = startOf(app.pid)
  const older = () => processesOf(app.folders.root).filter(({ pid }) => pid !== app.pid && startOf(pid) < began)
  const gone = await until('the last run to end', () => older().length === 0, patienceMs).catch(() => false)
  if (!gone) for (const { pid, command } of older()) report(`left running: ${pid} ${command.slice(0, 120)}`)
}

/** Turns that were seen to end are what they were; those that waited for an answer say so; no question is open that nobody can answer. */
export async function checkTurns(app: App, promises: Promises, report: Report): Promise<void> {
  for (const turn of promises.ended.values()) {
    const now = await turnOf(app, turn.id)
    if (now?.outcome !== turn.outcome || now.text !== turn.text) report(`turn ${turn.id} was ${turn.outcome}, is ${now?.outcome ?? 'gone'}`)
  }
  for (const [turnId, tool] of promises.asked) {
    const now = await turnOf(app, turnId)
    if (now?.outcome !== 'lost' || !(now.error?.message ?? '').includes('your answer'))
      report(`the open question of ${turnId} (${tool}) is not told: ${now?.outcome ?? 'gone'}, ${now?.error?.message ?? 'no reason'}`)
  }
  promises.asked.clear()
  for (const { id, turnId } of await app.api.approvals()) {
    const turn = await turnOf(app, turnId)
    const asks = (await app.api.approvals()).some((approval) => approval.id === id)
    if (turn?.outcome !== null && asks) report(`question ${id} is open, and its turn has ended`)
  }
}

/** Every prompt that was taken is there once, with one end, and did what it was to do at most once. To be called when nothing is open any more. */
export async function checkAll(app: App, promises: Promises, expected: ReadonlyMap<string, number>, report: Report): Promise<void> {
  const said = new Map<string, number>()
  for (const { id } of await allConversations(app)) {
    const messages = await allMessages(app, id)
    for (const { role, text } of messages) if (role === 'user') said.set(text, (said.get(text) ?? 0) + 1)
    const told = messages.filter(({ role, text }) => role === 'system' && text.startsWith('Ended before')).length
    if (told < (expected.get(id) ?? 0)) report(`${id}: background work was cut off ${expected.get(id)} times, which is told ${told} times`)
  }
  const done = await readFile(path.join(app.folders.work, 'done.txt'), 'utf8').catch(() => '')
  for (const { text, key, ids, conversationId } of promises.pieces) {
    const times = said.get(text) ?? 0
    const turn = ids ? await turnOf(app, ids.turnId) : null
    const never = turn === null && conversationId === null && ids !== null ? await endOf(app, ids.taskId) : null
    if (times !== 1 && never === null) report(`“${text}” was said ${times} times`)
    if (turn?.outcome === null) report(`“${text}” has no end`)
    if (turn === null && never === null) report(`“${text}” has no turn`)
    const did = done.split('\n').filter((line) => line === key).length
    if (did > 1 || (did === 0 && turn?.outcome === 'done' && text.includes(`echo ${key} >>`) && !text.startsWith('May I')))
      report(`“${text}” was done ${did} times (${turn?.outcome})`)
  }
}

/** What became of work of the queue that never began; null where nothing says so. */
async function endOf(app: App, taskId: string): Promise<string | null> {
  const { state, error } = await app.api.call(taskSchema.extend({ turn: turnSchema.nullable() }), 'GET', `/tasks/${taskId}`)
  return state === 'failed' ? (error?.message ?? null) : null
}

/** A turn by its id; null where there is none. */
async function turnOf(app: App, id: string): Promise<TurnStatus | null> {
  try {
    return await app.api.call(turnStatusSchema, 'GET', `/turns/${id}`)
  } catch (thrown) {
    if (thrown instanceof Refused) return null
    throw thrown
  }
}

async function allConversations(app: App): Promise<{ id: string }[]> {
  const all: { id: string }[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = z.object({ items: z.array(conversationSchema), nextCursor: z.string().nullable() })
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { items, nextCursor } = await app.api.call(page, 'GET', `/conversations?state=all&limit=200${query}`)
    all.push(...items)
    cursor = nextCursor
  }
  return all
}

async function allMessages(app: App, id: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const page = await app.api.messages(id, `?limit=500&after=${all.at(-1)?.seq ?? -1}`)
    all.push(...page)
    if (page.length < 500) return all
  }
}
