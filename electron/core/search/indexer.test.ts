import { appendFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../storage/database.ts'
import { Indexer } from './indexer.ts'
import { closeIndex, openIndex } from './index-file.ts'
import { conversationSource } from './source.ts'

let folder: string
let path: string
let writing: Database
let reading: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-indexer-'))
  path = join(folder, 'index.db')
  writing = openIndex(path, false).database
  reading = new Database(path, { readOnly: true })
})
afterEach(async () => {
  reading.close()
  closeIndex(writing, path)
  await rm(folder, { recursive: true, force: true })
})

const searchable = () => reading.number('SELECT count(*) FROM message')

/** A conversation to which words can be added, as its file. */
function conversationFile(id: string) {
  const file = join(folder, `${id}.jsonl`)
  let seq = 0
  return {
    source: conversationSource({ id, path: file, compressed: false }),
    say(text: string): void {
      seq += 1
      const message = { id: `msg_${id}_${seq}`, role: 'user', blocks: [{ type: 'text', text }] }
      appendFileSync(file, `${JSON.stringify({ type: 'message', seq, at: new Date(seq * 1000).toISOString(), message })}\n`)
    },
  }
}

/** An indexer; `during` is called in the middle of what it does, `idle` waits until it has nothing to do. */
function indexing() {
  let during = (): void => undefined
  let idle = Promise.withResolvers<void>()
  const indexer = new Indexer({
    database: writing,
    onProgress: ({ state }) => state === 'ready' && idle.resolve(),
    onFault: (thrown) => idle.reject(thrown),
    giveWay: () => during(),
  })
  return {
    indexer,
    /** Does it, with `meanwhile` at each breath, and waits until all is read. */
    run: async (start: () => void, meanwhile = (): void => undefined): Promise<void> => {
      idle = Promise.withResolvers<void>()
      during = meanwhile
      start()
      await idle.promise
    },
  }
}

test('what is searchable stays so while its conversation goes on faster than it is read', async () => {
  const talk = conversationFile('conv_000000000001')
  const { indexer, run } = indexing()
  talk.say('the first word')
  await run(() => indexer.sync([talk.source]))
  expect(searchable()).toBe(1)
  const seen: number[] = []
  let more = 5
  talk.say('the second')
  await run(
    () => indexer.touch([talk.source]),
    () => {
      seen.push(searchable())
      if ((more -= 1) < 0) return
      talk.say('and another')
      indexer.touch([talk.source])
    },
  )
  expect(Math.min(...seen)).toBe(1)
  expect(searchable()).toBe(7)
  await indexer.close()
})
