import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { conversationSchema, schemaPath } from './schema.ts'

test('the published format of conversation files is the one the app reads; `node build/schema.ts` writes it anew', async () => {
  expect(await readFile(schemaPath, 'utf8')).toBe(conversationSchema())
})
