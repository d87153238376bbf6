import { setPriority } from 'node:os'
import { AppError } from '../../../shared/app-error.ts'
import { Database, faultOf } from '../storage/database.ts'
import { end, reporter, serve, startedWith } from '../threads/serve.ts'
import { closeIndex, openIndex, verifyIndex } from './index-file.ts'
import { Indexer } from './indexer.ts'
import { searchProtocol, type Order, type WorkerData } from './protocol.ts'
import { prepareReader } from './schema.ts'
import { find } from './searcher.ts'
import type { Source } from './source.ts'

/**
 * The thread behind the search. Three of the same file: `index` is the only one that writes, `query` answers, `verify` looks through
 * the index once. A fault of the file is told, not mended here: the core starts all of them anew.
 */
const data = startedWith(searchProtocol.data)
const say = reporter(searchProtocol)
const notMine = (): never => {
  throw new AppError('INTERNAL', `The search thread for ${data.role} was asked for something else.`)
}

try {
  if (data.role === 'index') runIndexer(data)
  else if (data.role === 'query') runQueries(data)
  else runVerify(data)
} catch (thrown) {
  tell(thrown)
  end()
}

function runIndexer({ path, fresh, searching }: WorkerData): void {
  beNice()
  const { database, renewed, unsure } = openIndex(path, fresh)
  const running = new Int32Array(searching)
  let retry: NodeJS.Timeout | undefined
  const indexer = new Indexer({
    database,
    onProgress: (progress) => say({ type: 'progress', ...progress }),
    onFault: (thrown) => {
      tell(thrown)
      if (faultOf(thrown) !== 'damaged') retry = setTimeout(() => indexer.resume(), retryMs)
    },
    giveWay: () => giveWay(running),
  })
  if (unsure) indexer.hold(true)
  say({ type: 'opened', renewed, unsure, messages: indexer.messages })
  const close = async (): Promise<void> => {
    clearTimeout(retry)
    await indexer.close()
    telling(() => closeIndex(database, path))
  }
  serve(searchProtocol, { calls: { find: notMine, verify: notMine }, tell: orders(indexer), close })
}

function orders(indexer: Indexer): (order: Order) => void {
  const all: Source[] = []
  return (order) => {
    if (order.type === 'sync') {
      all.push(...order.sources)
      if (order.last) indexer.sync(all.splice(0))
    }
    if (order.type === 'touch') indexer.touch(order.sources)
    else if (order.type === 'remove') indexer.remove(order.keys)
    else if (order.type === 'remove-session') indexer.removeSession(order.sessionId)
    else if (order.type === 'hold') indexer.hold(order.held)
  }
}

function runQueries({ path }: WorkerData): void {
  const database = new Database(path, { readOnly: true })
  prepareReader(database)
  const calls = {
    find: (input: Parameters<typeof find>[1]) => {
      try {
        return find(database, input)
      } catch (thrown) {
        const reason = wordsOf(thrown)
        throw new AppError('UNAVAILABLE', `Search failed: ${reason}. Try again.`, {
          data: { fault: faultOf(thrown), reason },
          cause: thrown,
        })
      }
    },
    verify: notMine,
  }
  serve(searchProtocol, { calls, close: () => telling(() => database.close()) })
}

function runVerify({ path }: WorkerData): void {
  beNice()
  serve(searchProtocol, { calls: { find: notMine, verify: () => verifyIndex(path) } })
}

function tell(thrown: unknown): void {
  say({ type: 'fault', fault: faultOf(thrown), message: wordsOf(thrown) })
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What goes wrong at the end is told, and ends nothing else. */
function telling(close: () => void): void {
  try {
    close()
  } catch (thrown) {
    tell(thrown)
  }
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
