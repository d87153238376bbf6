import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { entrySchema } from '../electron/core/conversations/entry.ts'

export const schemaPath = path.resolve(import.meta.dirname, '..', 'docs', 'conversation.schema.json')

/** The format of a line of a conversation's file as JSON Schema, made from what the app itself parses lines with. */
export function conversationSchema(): string {
  const schema = z.toJSONSchema(entrySchema, { target: 'draft-2020-12', io: 'input' })
  const { $schema, ...rest } = schema
  const named = { $schema, title: 'One line of a Bullpen conversation file', ...rest }
  return `${JSON.stringify(named, null, 2)}\n`
}

/** `node build/schema.ts` writes the schema; a test says when it is not current. */
if (import.meta.main) {
  const before = await readFile(schemaPath, 'utf8').catch(() => '')
  if (before !== conversationSchema()) await writeFile(schemaPath, conversationSchema())
}
