import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

const messagesEach = 6

/** One file of a claude.ai data export with so many conversations. */
export async function writeClaudeAi(file: string, conversations: number): Promise<void> {
  await pipeline(function* () {
    yield '['
    for (let index = 0; index < conversations; index += 1) yield `${index === 0 ? '' : ','}\n${JSON.stringify(conversation(index))}`
    yield '\n]\n'
  }, createWriteStream(file))
}

/** One file of JSON Lines with the conversations that an app holds, one behind the other. */
export async function writeOwnLines(file: string, data: string, ids: Iterable<string>): Promise<void> {
  await pipeline(async function* () {
    for (const id of ids) yield await readFile(path.join(data, 'conversations', `${id}.jsonl`))
  }, createWriteStream(file))
}

function conversation(index: number) {
  const at = (minute: number) => new Date(Date.UTC(2025, 0, 1, 0, index + minute)).toISOString()
  return {
    uuid: uuidOf(index, 0),
    name: `Conversation ${index}`,
    created_at: at(0),
    updated_at: at(messagesEach),
    chat_messages: Array.from({ length: messagesEach }, (_, place) => ({
      uuid: uuidOf(index, place + 1),
      text: `Message ${place} of conversation ${index}. ${'Some more words that were said here. '.repeat(5)}`,
      sender: place % 2 === 0 ? 'human' : 'assistant',
      created_at: at(place),
    })),
  }
}

function uuidOf(index: number, place: number): string {
  return `00000000-0000-4000-8000-${String(index * 100 + place).padStart(12, '0')}`
}
