import { pino } from 'pino'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'

/**
 * `node archive-process.ts FOLDER forever|restore`: archives and restores the conversations of a data folder until it is
 * killed, four at a time, or restores all and ends. Says `ready` once it begins.
 */
const [, , folder = '', mode = 'forever'] = process.argv
const atOnce = 4

const store = await ConversationStore.open({ folder, onChange: () => {}, log: pino({ level: 'silent' }) })
process.stdout.write('ready\n')

async function flip(id: string): Promise<void> {
  if (store.get(id).state === 'active') await store.shelf.archive(id)
  else await store.shelf.restore(id)
}

async function all(work: (id: string) => Promise<unknown>): Promise<void> {
  const waiting = store
    .heads()
    .map(({ id }) => ({ id, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await work(next.id)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

if (mode === 'restore') await all((id) => store.shelf.restore(id))
else for (;;) await all(flip)
await store.close()
