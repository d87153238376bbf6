import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { parseEntry } from '../../electron/core/conversations/entry.ts'
import { makeFolders, removeRun } from '../support/app.ts'
import { Chance } from './chance.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, type Bench } from './figure.ts'

type Result = { crashed: boolean; lost: number; whole: number; notKept: boolean }

/** Conversation files that were cut, edited and mixed up: what is whole is shown, nothing of the rest is thrown away. */
export const mutations: Bench = async (note) => {
  const count = numberFrom('BENCH_MUTATIONS', 1_000)
  const seed = numberFrom('BENCH_SEED', Math.floor(Math.random() * 1e9))
  note(`seed ${seed}`)
  const folders = await makeFolders()
  const chance = new Chance(seed)
  try {
    const made = path.join(folders.root, 'made')
    const { ids } = writeHistory({ folder: made, conversations: 40, messages: 2_000, seed })
    const originals = await Promise.all(ids.map((id) => readFile(path.join(made, 'conversations', `${id}.jsonl`))))
    const sum = { crashed: 0, lost: 0, whole: 0, notKept: 0 }
    for (let index = 0; index < count; index += 1) {
      const at = chance.below(ids.length)
      const bytes = mutate(chance, originals[at] ?? Buffer.alloc(0), originals)
      const result = await tryOut(path.join(folders.root, `run-${index}`), ids[at] ?? '', bytes, index % 4 === 3, note)
      sum.crashed += result.crashed ? 1 : 0
      sum.lost += result.lost
      sum.whole += result.whole
      sum.notKept += result.notKept ? 1 : 0
    }
    const ok = sum.crashed === 0 && sum.lost === 0 && sum.notKept === 0
    return [
      {
        name: `${count} mutations of conversation files`,
        measured: `${sum.crashed} crashes, ${sum.lost} of ${sum.whole} whole messages lost, ${sum.notKept} originals not kept`,
        wanted: '0 crashes, only damaged ones lost, all kept',
        ok,
        grave: !ok,
      },
    ]
  } finally {
    await removeRun(folders)
  }
}

/** One to three of the things that happen to files. */
function mutate(chance: Chance, original: Buffer, others: readonly Buffer[]): Buffer {
  let bytes = original
  for (let times = 1 + chance.below(3); times > 0; times -= 1) bytes = chance.pick(kinds)(chance, bytes, others)
  return bytes
}

type Kind = (chance: Chance, bytes: Buffer, others: readonly Buffer[]) => Buffer

const kinds: readonly Kind[] = [
  // Cut off.
  (chance, bytes) => bytes.subarray(0, chance.below(bytes.length + 1)),
  // A piece is gone.
  (chance, bytes) => {
    const at = chance.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + chance.below(2_000))])
  },
  // Bits flipped.
  (chance, bytes) => {
    const copy = Buffer.from(bytes)
    for (let flips = 1 + chance.below(20); flips > 0 && copy.length > 0; flips -= 1) {
      const at = chance.below(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
    }
    return copy
  },
  // Zeros, as a disk leaves them after a power cut.
  (chance, bytes) => {
    const at = chance.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(chance.below(5_000)), bytes.subarray(at)])
  },
  // Lines in another order.
  (chance, bytes) =>
    lines(bytes, (all) =>
      all
        .map((line) => ({ line, place: chance.next() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ line }) => line),
    ),
  // A line twice.
  (chance, bytes) => lines(bytes, (all) => all.toSpliced(chance.below(all.length), 0, all[chance.below(all.length)] ?? '')),
  // Two lines grown together.
  (chance, bytes) => {
    const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at)
    const at = ends[chance.below(Math.max(1, ends.length))] ?? 0
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
  },
  // Another conversation's lines.
  (chance, bytes, others) => {
    const other = chance.pick(others)
    const at = chance.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(0, chance.below(4_000)), bytes.subarray(at)])
  },
  // Valid JSON that is no entry.
  (chance, bytes) =>
    lines(bytes, (all) =>
      all.toSpliced(
        chance.below(all.length + 1),
        0,
        chance.pick(['{}', '[]', 'null', '{"type":"message"}', '{"__proto__":{"x":1}}', '"\\ud800"']),
      ),
    ),
  // Empty.
  () => Buffer.alloc(0),
]

function lines(bytes: Buffer, change: (all: string[]) => string[]): Buffer {
  return Buffer.from(change(bytes.toString('latin1').split('\n')).join('\n'), 'latin1')
}

/** Opens the file, reads it, writes to it and opens it again. */
async function tryOut(folder: string, id: string, bytes: Buffer, packed: boolean, note: (text: string) => void): Promise<Result> {
  const result: Result = { crashed: false, lost: 0, whole: 0, notKept: false }
  const plain = path.join(folder, 'conversations', `${id}.jsonl`)
  await mkdir(path.join(folder, packed ? 'archive' : 'conversations'), { recursive: true })
  if (packed) await writeFile(path.join(folder, 'archive', `${id}.jsonl.gz`), gzipSync(bytes))
  else await writeFile(plain, bytes)
  try {
    let store = await open(folder)
    const before = await messagesOf(store, id)
    if (packed) await store.shelf.restore(id)
    if (!(await readFile(plain)).equals(bytes)) result.notKept = true
    const said = { role: 'user' as const, blocks: [{ type: 'text' as const, text: 'after' }], turnId: null }
    await store.appendMessage(id, said, { sync: false })
    await store.close()
    store = await open(folder)
    const after = await messagesOf(store, id)
    await store.close()
    const wanted = wholeMessages(bytes)
    result.whole = wanted.size
    result.lost = [...wanted].filter((message) => !before.has(message) || !after.has(message)).length
    if (after.size !== before.size + 1) result.lost += 1
    if (!(await keeps(folder, plain, bytes))) result.notKept = true
  } catch (thrown) {
    note(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    result.crashed = true
  }
  await rm(folder, { recursive: true, force: true })
  return result
}

function open(folder: string): Promise<ConversationStore> {
  return ConversationStore.open({ folder, onChange: () => {}, log: pino({ level: 'silent' }) })
}

async function messagesOf(store: ConversationStore, id: string): Promise<Set<string>> {
  const found = new Set<string>()
  let after = -1
  for (;;) {
    const { items, nextCursor } = await store.messages(id, { after, limit: 500, superseded: true })
    for (const message of items) found.add(message.id)
    if (nextCursor === null) return found
    after = Number(nextCursor)
  }
}

/** The messages of lines that can be read; of two that contradict each other by id or place the first. */
function wholeMessages(bytes: Buffer): Set<string> {
  const found = new Set<string>()
  const seqs = new Set<number>()
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let from = 0
  while (from < bytes.length) {
    const newline = bytes.indexOf(10, from)
    const end = newline < 0 ? bytes.length : newline
    const entry = parseEntry(textOf(decoder, bytes.subarray(from, end)))
    if (typeof entry === 'object' && entry.type === 'message' && !found.has(entry.message.id) && !seqs.has(entry.seq)) {
      found.add(entry.message.id)
      seqs.add(entry.seq)
    }
    from = end + 1
  }
  return found
}

function textOf(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** Whether all that was in the file still is: in it, or beside it. */
async function keeps(folder: string, plain: string, bytes: Buffer): Promise<boolean> {
  const now = await readFile(plain)
  if (now.subarray(0, bytes.length).equals(bytes)) return true
  const names = await readdir(path.dirname(plain))
  const torn = names.find((name) => name.endsWith('.torn'))
  if (torn === undefined) return false
  const kept = await readFile(path.join(folder, 'conversations', torn))
  const piece = kept.subarray(0, -1)
  const rest = bytes.subarray(0, bytes.length - piece.length)
  return bytes.subarray(rest.length).equals(piece) && now.subarray(0, rest.length).equals(rest)
}
