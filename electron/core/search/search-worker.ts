import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { Database, faultOf } from '../storage/database.ts'
import { closeIndex, openIndex, verifyIndex } from './index-file.ts'
import { Indexer } from './indexer.ts'
import { orderSchema, workerDataSchema, type Order, type Report, type WorkerData } from './protocol.ts'
import { prepareReader } from './schema.ts'
import { find } from './searcher.ts'
import type { Source } from './source.ts'

/**
 * The thread behind the search. Three of the same file: `index` is the only one that writes, `query` answers, `verify` looks through
 * the index once and ends. A fault of the file is told, not mended here: the core starts all of them anew.
 */
const port = parentPort
if (!port) throw new Error('The search worker was started without anyone to talk to.')
const data = workerDataSchema.parse(workerData)
const say = (report: Report): void => port.postMessage(report)
const listen = (on: (order: Order) => void): void => {
  port.on('message', (message: unknown) => {
    const order = orderSchema.parse(message)
    on(order)
  })
}

try {
  if (data.role === 'index') runIndexer(data)
  else if (data.role === 'query') runQueries(data)
  else runVerify(data)
} catch (thrown) {
  tell(thrown, null)
  port.close()
}

function runIndexer({ path, fresh, searching }: WorkerData): void {
  beNice()
  const { database, renewed, unsure } = openIndex(path, fresh)
  const running = new Int32Array(searching)
  const indexer = new Indexer({
    database,
    onProgress: (progress) => say({ type: 'progress', ...progress }),
    onFault: (thrown) => {
      tell(thrown, null)
      if (faultOf(thrown) !== 'damaged') retry = setTimeout(() => indexer.resume(), retryMs)
    },
    giveWay: () => giveWay(running),
  })
  let retry: NodeJS.Timeout | undefined
  const all: Source[] = []
  if (unsure) indexer.hold(true)
  say({ type: 'opened', renewed, unsure, messages: indexer.messages })
  listen((order) => {
    if (order.type === 'sync') {
      all.push(...order.sources)
      if (order.last) indexer.sync(all.splice(0))
    }
    if (order.type === 'touch') indexer.touch(order.sources)
    else if (order.type === 'remove') indexer.remove(order.keys)
    else if (order.type === 'remove-session') indexer.removeSession(order.sessionId)
    else if (order.type === 'hold') indexer.hold(order.held)
    else if (order.type === 'close') {
      clearTimeout(retry)
      void indexer.close().then(() => end(() => closeIndex(database, path)))
    }
  })
}

function runQueries({ path }: WorkerData): void {
  const database = new Database(path, { readOnly: true })
  prepareReader(database)
  listen((order) => {
    if (order.type === 'close') return end(() => database.close())
    if (order.type !== 'find') return undefined
    try {
      say({ type: 'found', id: order.id, answer: find(database, order.input) })
    } catch (thrown) {
      tell(thrown, order.id)
    }
    return undefined
  })
}

function runVerify({ path }: WorkerData): void {
  beNice()
  say({ type: 'verified', finding: verifyIndex(path) })
  port?.close()
}

function tell(thrown: unknown, id: number | null): void {
  say({ type: 'fault', id, fault: faultOf(thrown), message: thrown instanceof Error ? thrown.message : String(thrown) })
}

/** A thread ends by itself once nobody can say anything to it any more. */
function end(close: () => void): void {
  try {
    close()
  } catch (thrown) {
    tell(thrown, null)
  }
  port?.close()
}

const retryMs = 15_000
const waitMs = 10
const mostWaits = 20

/** Up to a fifth of a second for each slice: whoever searches goes first, and the index gets on all the same. */
function giveWay(searching: Int32Array): void {
  for (let count = 0; count < mostWaits; count += 1) {
    const now = Atomics.load(searching, 0)
    if (now <= 0) return
    Atomics.wait(searching, 0, now, waitMs)
  }
}

/** On Linux a thread has a priority of its own; elsewhere this would slow the whole app down. */
function beNice(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, 5)
  } catch {
    // Then it has the same as everybody.
  }
}
