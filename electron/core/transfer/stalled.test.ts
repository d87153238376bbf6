import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { headerLine, messageLine } from '../../../e2e/fixtures/hostile-files.ts'
import { ConversationStore } from '../conversations/conversation-store.ts'
import { ReadWatch } from './read-watch.ts'
import { Transfers } from './transfers.ts'

const noVault = {
  ready: Promise.resolve(),
  get: () => ({ conversationId: null }),
  trashedOwner: () => null,
  filesOf: () => [],
  saidAt: () => null,
  onChange: () => () => undefined,
}

let root: string
let store: ConversationStore
let transfers: Transfers
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-stalled-'))
  await open()
})
afterEach(async () => {
  await transfers.close()
  await store.close()
  await rm(root, { recursive: true, force: true })
})

async function open(stallMs?: number): Promise<void> {
  const folder = join(root, 'data')
  const log = pino({ level: 'silent' })
  store = await ConversationStore.open({ folder, onChange: () => undefined, log })
  transfers = await Transfers.open({
    folder,
    conversations: store,
    vault: noVault,
    ownerOf: () => null,
    claudeHas: () => Promise.resolve(false),
    ...(stallMs === undefined ? {} : { stallMs }),
    log,
  })
}

function pipeAt(path: string): string {
  execFileSync('mkfifo', [path])
  return path
}

/** An upload whose sender says a little and then nothing more. */
async function* silent(): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(`${headerLine()}\n`)
  await new Promise<never>(() => {})
}

test.skipIf(process.platform === 'win32')('a pipe is refused at once, and said in the report when it lies among files', async () => {
  const refused = await transfers.ended(transfers.import(pipeAt(join(root, 'pipe.jsonl'))).id)
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'BAD_REQUEST' } })
  expect(refused.error?.message).toContain('not a file')
  const folder = join(root, 'many')
  await mkdir(folder)
  pipeAt(join(folder, 'a.jsonl'))
  await writeFile(join(folder, 'b.jsonl'), `${headerLine()}\n${messageLine('x')}\n`)
  const ended = await transfers.ended(transfers.import(folder).id)
  expect(ended).toMatchObject({ state: 'done', report: { taken: 1, refused: 1 } })
  expect(ended.report?.items.find(({ outcome }) => outcome === 'refused')).toMatchObject({ from: 'a.jsonl' })
})

test.skipIf(process.platform === 'win32')('a thread that a pipe holds is seen to wait, and not once it goes on', async () => {
  const watch = new ReadWatch()
  const pipe = pipeAt(join(root, 'pipe'))
  const code = `
    const { openSync, closeSync } = require('node:fs')
    const { workerData: { shared, module, pipe } } = require('node:worker_threads')
    import(module).then(({ ReadWatch }) => closeSync(new ReadWatch(shared).during(() => openSync(pipe, 'r'))))`
  const module = new URL('./read-watch.ts', import.meta.url).href
  const worker = new Worker(code, { eval: true, workerData: { shared: watch.shared, module, pipe } })
  await vi.waitUntil(() => watch.waitingMs() > 100, { timeout: patienceMs })
  const other = openSync(pipe, 'w')
  await once(worker, 'exit')
  closeSync(other)
  expect(watch.waitingMs()).toBeLessThan(100)
})

test('an upload of which nothing more comes fails with what to do, and those behind it go on', async () => {
  await transfers.close()
  await store.close()
  await open(100)
  const stalled = await Promise.allSettled([1, 2].map((n) => transfers.importBytes(silent(), `${n}.jsonl`)))
  for (const one of stalled) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } })
  await writeFile(join(root, 'good.jsonl'), `${headerLine()}\n${messageLine('x')}\n`)
  expect(await transfers.ended(transfers.import(join(root, 'good.jsonl')).id)).toMatchObject({ state: 'done', report: { taken: 1 } })
})

test('a stalled upload that is stopped makes room for the next at once', async () => {
  const uploads = Promise.allSettled([1, 2].map((n) => transfers.importBytes(silent(), `${n}.jsonl`)))
  await writeFile(join(root, 'good.jsonl'), `${headerLine()}\n${messageLine('x')}\n`)
  const { id } = transfers.import(join(root, 'good.jsonl'))
  for (const { id: other } of transfers.list()) if (other !== id) transfers.cancel(other)
  expect(await transfers.ended(id)).toMatchObject({ state: 'done', report: { taken: 1 } })
  for (const one of await uploads) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'STATE_CONFLICT' } })
})
