import type { TranscriptLine } from './transcript.ts'
import type { UserLine } from './user-line.ts'

type Queued = Extract<TranscriptLine, { kind: 'queue' }>
type Waiting = { line: Queued; text: string; from: number }

/**
 * The lines of a transcript with the messages that were typed while Claude worked. Some versions write such a message only as it joins
 * the queue and leaves it; where it is not written down as a message too, it is said at the place where it left.
 */
export function steered(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  if (!lines.some(({ kind }) => kind === 'queue')) return lines
  const queue = new MessageQueue()
  const left = new Map<number, Waiting>()
  const said = new Map<string, number[]>()
  for (const [place, line] of lines.entries()) {
    if (line.kind === 'queue') {
      const message = queue.take(line, place)
      if (message) left.set(place, message)
    } else if (line.kind === 'user' && wordsOf(line) !== '') said.set(wordsOf(line), [...(said.get(wordsOf(line)) ?? []), place])
  }
  // One message that is written down stands for one that was queued.
  for (const [place, { text, from }] of left) {
    const written = said.get(text)
    const at = written?.findIndex((each) => each > from) ?? -1
    if (at < 0) continue
    written?.splice(at, 1)
    left.delete(place)
  }
  return lines.flatMap((line, place) => {
    const message = left.get(place)
    return message?.line.said ? [line, { ...line, uuid: null, ...message.line.said }] : [line]
  })
}

/** What tells one message from another. */
export function wordsOf({ text, notes }: Pick<UserLine, 'text' | 'notes'>): string {
  return [text, ...notes].join('\n').trim()
}

/** The messages that wait while Claude works. */
export class MessageQueue {
  #waiting: Waiting[] = []

  /** Takes an operation in; answers the message that Claude was given by it in the middle of its turn. */
  take(line: Queued, place: number): Waiting | null {
    const text = line.said ? wordsOf(line.said) : ''
    switch (line.operation) {
      case 'enqueue':
        if (line.said) this.#waiting.push({ line, text, from: place })
        return null
      case 'dequeue':
        this.#pull(text)
        return null
      case 'remove':
        return this.#pull(text) ?? (line.said ? { line, text, from: place } : null)
      default:
        // Given back to its user, who may change it and send it anew.
        this.#waiting = []
        return null
    }
  }

  #pull(text: string): Waiting | null {
    const at = text === '' ? 0 : this.#waiting.findIndex((each) => each.text === text)
    return at < 0 ? null : (this.#waiting.splice(at, 1)[0] ?? null)
  }
}
