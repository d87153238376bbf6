import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateConversation } from '../../../e2e/fixtures/gen-conversations.ts'
import { ConversationFile } from './conversation-file.ts'
import { FileOutline } from './file-outline.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-outline-'))
  await mkdir(join(folder, 'conversations'))
  const { id } = await generateConversation(folder, 3_000)
  path = join(folder, 'conversations', `${id}.jsonl`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('any page is the same as from the whole file, without what was replaced', async () => {
  await appendFile(path, `${JSON.stringify({ type: 'supersede', fromSeq: 100, toSeq: 140, seq: 9_000, at: '2026-02-01T00:00:00.000Z' })}\n`)
  const file = await ConversationFile.load('conv_000000000001', path)
  const outline = await FileOutline.read(path)
  const { messages } = file.fold
  for (const index of [0, 7, 1_500, messages.length - 1]) {
    const { id, seq, turnId } = messages[index] ?? { id: '', seq: 0, turnId: null }
    for (const around of [id, turnId ?? id]) {
      expect(await outline?.page({ around, limit: 20 })).toEqual(await file.around(around, 20, false))
    }
    const [before, after] = [
      await file.page({ before: seq, limit: 20, superseded: false }),
      await file.page({ after: seq, limit: 20, superseded: false }),
    ]
    expect(await outline?.page({ before: seq, limit: 20 })).toMatchObject({ items: before.items, older: before.more })
    expect(await outline?.page({ after: seq, limit: 20 })).toMatchObject({ items: after.items, newer: after.more })
  }
  expect(await outline?.page({ around: 'msg_not_there', limit: 20 })).toBeNull()
  await file.close()
})

test('a file that somebody else has written is left to be read in full', async () => {
  await appendFile(path, '{"type":"message","message":{},"seq":9001}\n')
  expect(await FileOutline.read(path)).toBeNull()
})
