import type { ConversationEvent } from '../../shared/domain/event.ts'
import { App } from '../support/app.ts'
import { cpuSeconds } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { numberFrom, round, type Bench } from './figure.ts'
import { startModel } from './model.ts'
import { warmPool, type Member } from './pool.ts'
import { connect, type Client } from './socket.ts'

const maxDelayMs = 30
const windowSeconds = 60

/** Many instances that stream into one open client: does the core keep up, and does every token arrive, in order? */
export const stream: Bench = async (note) => {
  const count = numberFrom('BENCH_INSTANCES', 20)
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  const socket = await connect(app)
  try {
    const members = await warmPool(app, count)
    await freshWindow(app)
    const began = performance.now()
    const cpuBefore = cpuSeconds(app.pid)
    const readings = await Promise.all(members.map((member) => readTurn(socket.client, member)))
    const seconds = (performance.now() - began) / 1_000
    const share = ((cpuSeconds(app.pid) - cpuBefore) / seconds) * 100
    const delay = (await app.api.health()).core.loopDelayP99Ms
    const wrong: string[] = []
    for (const reading of readings) wrong.push(...(await faults(app, reading)))
    for (const fault of wrong.slice(0, 5)) note(fault)
    const characters = readings.reduce((sum, { text }) => sum + [...text.values()].join('').length, 0)
    note(`${characters} characters in ${round(seconds)} s; the core used ${round(share)}% of a core`)
    return [
      {
        name: `loop delay, ${count} instances streaming`,
        measured: `${round(delay)} ms at 99%`,
        wanted: `under ${maxDelayMs} ms at 99%`,
        ok: delay < maxDelayMs,
      },
      {
        name: 'every token arrives, in order',
        measured: `${readings.length - wrong.length} of ${readings.length} answers are whole`,
        wanted: 'all',
        ok: wrong.length === 0,
        grave: wrong.length > 0,
      },
    ]
  } finally {
    socket.close()
    await app.dispose()
    await model.close()
  }
}

/** The core counts over windows of a minute and answers the worse of the last two: both must hold nothing of the start. */
async function freshWindow(app: App): Promise<void> {
  const { uptimeSeconds } = await app.api.health()
  const from = (Math.floor(uptimeSeconds / windowSeconds) + 2) * windowSeconds
  await until('a fresh window', async () => (await app.api.health()).uptimeSeconds > from, 3 * windowSeconds * 1_000)
}

type Reading = { conversationId: string; turnId: string; /** The streamed text of each of Claude's messages. */ text: Map<string, string> }

async function readTurn(client: Client, { conversationId }: Member): Promise<Reading> {
  const events = await client.conversations.events({ id: conversationId })
  const { turnId } = await client.conversations.send({ id: conversationId, text: 'Tell me [long 1500] [rate 100]' })
  const text = new Map<string, string>()
  for await (const event of events) {
    take(text, event, turnId)
    if (event.type === 'turn' && event.turn.id === turnId && event.turn.outcome !== null) break
  }
  return { conversationId, turnId, text }
}

function take(text: Map<string, string>, event: ConversationEvent, turnId: string): void {
  if (event.type === 'delta' && event.turnId === turnId && event.kind === 'text') {
    text.set(event.providerId, (text.get(event.providerId) ?? '') + event.text)
  }
  if (event.type === 'discard') text.delete(event.providerId)
}

/** Where the streamed text differs from the stored one. */
async function faults(app: App, { conversationId, turnId, text }: Reading): Promise<string[]> {
  const stored = (await app.api.messages(conversationId)).filter((message) => message.turnId === turnId && message.role === 'assistant')
  const words = stored.map((message) => message.text).join('')
  const streamed = [...text.values()].join('')
  if (words === streamed && words.split(/\s+/).length >= 1_500) return []
  return [`${conversationId}: ${streamed.length} characters streamed, ${words.length} stored`]
}
