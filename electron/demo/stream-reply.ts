import { randomBytes } from 'node:crypto'
import { piecesOf, type EventWriter } from './event-writer.ts'
import type { Reply } from './reply.ts'
import { tokensOf, type ApiUsage } from './usage.ts'

export type StreamOptions = { model: string; usage: ApiUsage; /** Breaks off in the middle. */ cut: boolean }

/** Streams a reply as the Messages API does: thinking, text, then at most one tool call. */
export async function streamReply(writer: EventWriter, reply: Reply, { model, usage, cut }: StreamOptions): Promise<void> {
  const { directives, thinking, blocks, text, toolCall } = reply
  const { rate, slow, stall } = directives
  writer.open()
  if (slow > 0) await writer.pause(slow * 1_000)
  writer.write('message_start', {
    message: { id: newId('msg'), type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage },
  })
  let index = 0
  if (thinking !== null) {
    await block(writer, index, { type: 'thinking', thinking: '', signature: '' }, piecesOf(thinking), rate, (piece) => ({
      type: 'thinking_delta',
      thinking: piece,
    }))
    index += 1
  }
  for (const one of blocks) {
    start(writer, index, one)
    writer.write('content_block_stop', { index })
    index += 1
  }
  const pieces = piecesOf(text)
  const half = Math.ceil(pieces.length / 2)
  start(writer, index, { type: 'text', text: '' })
  const write = (piece: string) => writer.write('content_block_delta', { index, delta: { type: 'text_delta', text: piece } })
  await writer.paced(pieces.slice(0, half), rate, write)
  if (cut) return writer.cut()
  if (stall > 0) await writer.pause(stall * 1_000)
  await writer.paced(pieces.slice(half), rate, write)
  writer.write('content_block_stop', { index })
  if (toolCall) {
    const json = jsonPieces(JSON.stringify(toolCall.input))
    const opening = { type: 'tool_use', id: newId('toolu'), name: toolCall.name, input: {} }
    await block(writer, index + 1, opening, json, rate, (piece) => ({ type: 'input_json_delta', partial_json: piece }))
  }
  finish(writer, toolCall ? 'tool_use' : 'end_turn', tokensOf(text) + tokensOf(thinking ?? '') + tokensOf(toolCall?.input))
}

/** The same as one object, for callers that do not stream. */
export function wholeReply({ blocks, text, toolCall }: Reply, { model, usage }: StreamOptions): Record<string, unknown> {
  const call = toolCall ? [{ type: 'tool_use', id: newId('toolu'), name: toolCall.name, input: toolCall.input }] : []
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: [...blocks, { type: 'text', text }, ...call],
    stop_reason: toolCall ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { ...usage, output_tokens: tokensOf(text) },
  }
}

/** A long input comes in larger pieces, so that it takes no longer than a short one. */
function jsonPieces(json: string): string[] {
  const size = Math.max(40, Math.ceil(json.length / 40))
  return Array.from({ length: Math.ceil(json.length / size) }, (_, place) => json.slice(place * size, (place + 1) * size))
}

type Delta = (piece: string) => Record<string, unknown>

async function block(
  writer: EventWriter,
  index: number,
  opening: Record<string, unknown>,
  pieces: readonly string[],
  rate: number,
  delta: Delta,
): Promise<void> {
  start(writer, index, opening)
  await writer.paced(pieces, rate, (piece) => writer.write('content_block_delta', { index, delta: delta(piece) }))
  writer.write('content_block_stop', { index })
}

function start(writer: EventWriter, index: number, opening: Record<string, unknown>): void {
  writer.write('content_block_start', { index, content_block: opening })
}

function finish(writer: EventWriter, reason: string, outputTokens: number): void {
  writer.write('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: outputTokens } })
  writer.write('message_stop', {})
  writer.end()
}

function newId(prefix: string): string {
  return `${prefix}_demo${randomBytes(9).toString('hex')}`
}
