import { z } from 'zod'
import type { Turn } from '../../shared/domain/turn.ts'
import type { Message } from '../../shared/domain/message.ts'
import { App, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { processesOf } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { numberFrom, round, quantile, type Bench } from './figure.ts'

const instanceCount = 3
/** After so many kills every instance begins a new conversation, so that no check has to read for ever. */
const killsPerConversation = 5
const longestMs = 3_000
const patienceMs = 10_000

/** What the app has promised to keep. */
type Promised = {
  /** By conversation: prompts that were accepted, or sent without an answer before the kill. */
  prompts: Map<string, { text: string; accepted: boolean }[]>
  /** Turns that a reader saw end. */
  turns: Map<string, { turn: Turn; words: string }>
}

/** `kill -9` at random moments of a turn: nothing that was accepted or finished may be missing, nothing may be left running. */
export const kill: Bench = async (note) => {
  const kills = numberFrom('BENCH_KILLS', 200)
  const folders = await makeFolders()
  const promised: Promised = { prompts: new Map(), turns: new Map() }
  const faults: string[] = []
  const restarts: number[] = []
  const report = (text: string): void => {
    faults.push(text)
    note(text)
  }
  let app = await App.start({ folders })
  try {
    const instances = await makeInstances(app)
    let conversations: string[] = []
    for (let index = 0; index < kills; index += 1) {
      if (index % killsPerConversation === 0) {
        await checkAll(app, conversations, promised, report)
        await withdrawAll(app, promised)
        conversations = await Promise.all(instances.map(async (instanceId) => (await app.api.createConversation({ instanceId })).id))
      }
      await Promise.all(instances.map((id) => wake(app, id)))
      await workAndKill(app, conversations, promised, index)
      const began = performance.now()
      app = await App.start({ folders })
      restarts.push(performance.now() - began)
      await checkProcesses(app, folders, report)
      await checkAll(app, conversations, promised, report)
      if (index % 20 === 19) note(`${index + 1} kills, ${count(promised)}, ${faults.length} faults`)
    }
    await checkAll(app, [...promised.prompts.keys()], promised, report)
    note(`restart: median ${round(quantile(restarts, 0.5))} ms, 95% ${round(quantile(restarts, 0.95))} ms; ${count(promised)}`)
  } finally {
    await app.dispose().catch((thrown: unknown) => report(String(thrown)))
    await removeRun(folders)
  }
  return [
    {
      name: `kill -9 at ${kills} random moments`,
      measured: `${faults.length} lost, doubled or left running (${count(promised)})`,
      wanted: '0',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
  ]
}

async function makeInstances(app: App): Promise<string[]> {
  const made = Array.from({ length: instanceCount }, async (_, index) => {
    const { id } = await app.api.spawn({ name: `Instance ${index}`, cwd: app.folders.work, allowedTools: ['Bash'] })
    return id
  })
  return Promise.all(made)
}

/** Takes back what waits, so that the queue does not grow from kill to kill and new turns are what is killed. */
async function withdrawAll(app: App, promised: Promised): Promise<void> {
  for (const task of await app.api.tasks()) {
    if (task.state !== 'waiting' || task.conversationId === null) continue
    await app.api.call(z.unknown(), 'DELETE', `/tasks/${task.id}`)
    const prompt = promised.prompts.get(task.conversationId)?.find(({ text }) => text === task.text)
    if (prompt) prompt.accepted = false
  }
}

/** After a kill an instance is parked until somebody goes on with it. */
async function wake(app: App, id: string): Promise<void> {
  const { state } = await app.api.instance(id)
  if (state === 'paused') await app.api.act(id, 'resume')
  await app.api
    .instanceWhen(id, 'it to work', (one) => one.state === 'idle' || one.state === 'busy', 30_000)
    .catch(async (cause: unknown) => {
      throw new Error(`${id}: ${JSON.stringify(await app.api.instance(id))}`, { cause })
    })
}

/** Sends prompts of every kind and kills the app at a moment that nobody chose. */
async function workAndKill(app: App, conversations: readonly string[], promised: Promised, round: number): Promise<void> {
  const readers = await Promise.all(conversations.map((id) => app.api.conversationEvents(id)))
  const sending = conversations.map((id, index) => sendAll(app, id, `${round}-${index}`, index, promised))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
  await app.kill()
  await Promise.all(sending)
  for (const reader of readers) {
    reader.close()
    for (const event of reader.events) {
      if (event.type === 'turn' && event.turn.outcome !== null)
        promised.turns.set(event.turn.id, { turn: event.turn, words: event.turn.text })
    }
  }
}

const kinds = [
  ['Stream [long 200] [rate 100]', 'Wait [echo: waited] [rate 0]', 'Short [rate 0]'],
  ['Tool [bash: sleep 1; echo x] [rate 0]', 'Then another [bash: echo y] [rate 0]', 'Last [rate 200]'],
  ['Short [rate 0]', 'Short again [rate 0]', 'Tools [tools 4] [rate 0]', 'Stream [long 100] [rate 200]'],
]

async function sendAll(app: App, id: string, mark: string, kind: number, promised: Promised): Promise<void> {
  const list = promised.prompts.get(id) ?? []
  promised.prompts.set(id, list)
  for (const [index, words] of (kinds[kind % kinds.length] ?? []).entries()) {
    const prompt = { text: `${words} ${mark}-${index}`, accepted: false }
    list.push(prompt)
    try {
      await app.api.send(id, prompt.text)
      prompt.accepted = true
    } catch {
      return
    }
  }
}

async function checkProcesses(app: App, folders: AppFolders, report: (text: string) => void): Promise<void> {
  const foreign = () => processesOf(folders.root).filter(({ pid }) => pid !== app.pid)
  const gone = await until('the last run to end', () => foreign().length === 0, patienceMs).catch(() => false)
  if (!gone) for (const { pid, command } of foreign()) report(`left running: ${pid} ${command.slice(0, 120)}`)
}

async function checkAll(app: App, conversations: readonly string[], promised: Promised, report: (text: string) => void): Promise<void> {
  const waiting = (await app.api.tasks()).filter((task) => task.state === 'waiting')
  for (const id of conversations) {
    const messages = await allMessages(app, id)
    for (const { text, accepted } of promised.prompts.get(id) ?? []) {
      const found =
        messages.filter((message) => message.role === 'user' && message.text === text).length +
        waiting.filter((task) => task.conversationId === id && task.text === text).length
      if (found > 1 || (accepted && found === 0)) report(`${id}: “${text}” is there ${found} times`)
    }
    const turns = new Map((await app.api.turns(id)).map((turn) => [turn.id, turn]))
    for (const { turn, words } of promised.turns.values()) {
      if (turn.conversationId !== id) continue
      const now = turns.get(turn.id)
      if (now?.outcome !== turn.outcome || now.text !== words)
        report(`${id}: turn ${turn.id} was ${turn.outcome}, is ${now?.outcome ?? 'gone'}`)
      else if (words !== '' && !messages.some((message) => message.turnId === turn.id && message.text === words))
        report(`${id}: the answer of turn ${turn.id} is gone`)
    }
  }
}

async function allMessages(app: App, id: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const page = await app.api.messages(id, `?limit=500&after=${all.at(-1)?.seq ?? -1}`)
    all.push(...page)
    if (page.length < 500) return all
  }
}

function count({ prompts, turns }: Promised): string {
  const accepted = [...prompts.values()].flat().filter((prompt) => prompt.accepted).length
  return `${accepted} prompts, ${turns.size} turns`
}
