import { z } from 'zod'
import { taskSchema } from '../../shared/domain/task.ts'
import { Refused } from '../support/api.ts'
import type { App } from '../support/app.ts'
import { numberFrom } from './figure.ts'
import type { Piece, Promises } from './kill-promises.ts'

/** Who works, and in which conversations. */
export type Crew = {
  /** Instances that may run commands unasked. */
  free: string[]
  /** One that has to ask. */
  asking: string
  /** One that the user holds: what is sent to it waits for that. */
  held: string
  /** By instance: the conversation that is sent to. */
  conversations: Map<string, string>
}

const waits: [string, string] = ['waiting', 'Wait [echo: waited] [rate 0]']
const open: Record<'free' | 'asking' | 'held', [kind: string, text: string][][]> = {
  free: [
    [['stream', 'Stream [long 200] [rate 100]'], waits, waits],
    [['tool', 'Work [bash: echo MARK >> done.txt; sleep 2] [rate 0]'], waits],
    [
      ['background', 'Begin [background: sleep 8] [rate 0]'],
      ['short', 'Beside it [rate 0]'],
    ],
    [
      ['short', 'Short [rate 0]'],
      ['short', 'Short again [rate 0]'],
      ['tool', 'Steps [tools 3] [rate 0]'],
    ],
  ],
  asking: [
    [['asked', 'May I [bash: echo MARK >> done.txt] [rate 0]'], waits],
    [['asked', 'Ask me [question] [rate 0]'], waits],
    [['asked', 'Plan it [plan] [rate 0]'], waits],
  ],
  held: [[['held', 'Later [rate 0]']]],
}

/** Of the instances so many get work in a round; the others go on with theirs. */
const share = 0.7

/** Makes the instances that the work of all kinds needs. */
export async function makeCrew(app: App): Promise<Crew> {
  const make = async (name: string, more: Record<string, unknown> = {}) =>
    (await app.api.spawn({ name, cwd: app.folders.work, ...more })).id
  const names = ['One', 'Two', 'Three'].slice(0, numberFrom('BENCH_KILL_INSTANCES', 2))
  const free: string[] = []
  for (const name of names) free.push(await make(name, { allowedTools: ['Bash'] }))
  const crew = { free, asking: await make('Asks'), held: await make('Held', { start: false }), conversations: new Map<string, string>() }
  await app.api.act(crew.held, 'pause', { mode: 'hold' })
  return crew
}

/** Each instance goes on in a conversation that is new. */
export async function newConversations(app: App, crew: Crew): Promise<void> {
  for (const id of [...crew.free, crew.asking, crew.held])
    crew.conversations.set(id, (await app.api.createConversation({ instanceId: id })).id)
}

/** Work for everybody, of kinds that chance chooses, and some for the queue. */
export function newWork(crew: Crew, round: number): Piece[] {
  const pieces: Piece[] = []
  const add = (kind: string, words: string, conversationId: string | null): void => {
    const key = `m${round}-${pieces.length}`
    pieces.push({ kind, key, text: `${words.replaceAll('MARK', key)} #${key}#`, conversationId, ids: null })
  }
  const give = (id: string, kinds: [string, string][][]): void => {
    const conversationId = crew.conversations.get(id)
    if (conversationId === undefined) return
    for (const [kind, words] of kinds[Math.floor(Math.random() * kinds.length)] ?? []) add(kind, words, conversationId)
  }
  for (const id of crew.free) if (Math.random() < share) give(id, open.free)
  if (Math.random() < share) give(crew.asking, open.asking)
  if (round % 4 === 0) give(crew.held, open.held)
  add('queue', 'For anybody [rate 0]', null)
  if (round % 2 === 0) add('queue', 'For anybody, work [bash: echo MARK >> done.txt] [rate 0]', null)
  return pieces
}

/** Hands everything in, in order within a conversation; ends early without a word when the app is killed meanwhile. */
export async function handIn(app: App, pieces: readonly Piece[], report: (fault: string) => void): Promise<void> {
  const lines = Map.groupBy(pieces, ({ conversationId }) => conversationId)
  await Promise.all(
    [...lines.values()].map(async (line) => {
      for (const piece of line) if (piece.ids === null && !(await handInOne(app, piece, report))) return
    }),
  )
}

async function handInOne(app: App, piece: Piece, report: (fault: string) => void): Promise<boolean> {
  const { conversationId, text, key } = piece
  try {
    if (conversationId === null) {
      const { id, turnId } = await app.api.call(taskSchema, 'POST', '/tasks', { text, key, retries: 0 })
      piece.ids = { taskId: id, turnId }
    } else piece.ids = await app.api.send(conversationId, text, { key })
    return true
  } catch (thrown) {
    if (thrown instanceof Refused) report(`“${text}” was refused: ${thrown.message}`)
    else if (thrown instanceof z.ZodError) report(`“${text}” was answered in a way that nobody understands: ${thrown.message}`)
    return false
  }
}

/** Reads along whatever the app says of these conversations, until it is killed. */
export async function readAlong(app: App, crew: Crew, promises: Promises): Promise<() => void> {
  const readers = await Promise.all([...crew.conversations.values()].map((id) => app.api.conversationEvents(id)))
  const pool = await app.api.poolEvents()
  return () => {
    for (const reader of readers) {
      reader.close()
      promises.hear(reader.events)
    }
    pool.close()
    for (const event of pool.events) {
      if (event.type !== 'instance' || event.instance.conversationId === null) continue
      const { conversationId, background } = event.instance
      promises.background.set(conversationId, new Set(background.map(({ description }) => description)))
    }
  }
}
