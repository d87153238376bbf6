export type ServerEvent = { event: string; data: string }

const mostBytes = 10_000_000

/** The events of a server-sent stream, as they come. Rejects when an event is too large. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    if (pending.length > mostBytes) throw new Error('it sent more than can be taken at once')
    const parts = pending.split(/\r\n\r\n|\n\n|\r\r/)
    pending = parts.pop() ?? ''
    for (const part of parts) {
      const event = eventOf(part)
      if (event !== null) yield event
    }
  }
  const last = eventOf(pending)
  if (last !== null) yield last
}

function eventOf(text: string): ServerEvent | null {
  let event = 'message'
  const data: string[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, field = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? []
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { event, data: data.join('\n') }
}
