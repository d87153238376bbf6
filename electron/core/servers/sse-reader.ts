export type ServerEvent = { event: string; data: string }

const mostBytes = 10_000_000

/** The events of a server-sent stream, as they come. Rejects when an event is too large. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const decoder = new TextDecoder()
  const ends = /\r\n\r\n|\n\n|\r\r/g
  let pending = ''
  for await (const chunk of body) {
    // What was looked through is not looked through again, but for the beginning of an end.
    ends.lastIndex = Math.max(0, pending.length - 3)
    pending += decoder.decode(chunk, { stream: true })
    if (pending.length > mostBytes) throw new Error('it sent more than can be taken at once')
    let from = 0
    for (let end = ends.exec(pending); end !== null; end = ends.exec(pending)) {
      const event = eventOf(pending.slice(from, end.index))
      from = ends.lastIndex
      if (event !== null) yield event
    }
    pending = pending.slice(from)
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
