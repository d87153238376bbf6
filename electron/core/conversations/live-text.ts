import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { provisionalSchema, type Provisional } from '../../../shared/domain/event.ts'
import { AppendLog } from '../storage/append-log.ts'
import { readLines } from '../storage/read-lines.ts'

const flushMs = 40

const lineSchema = z.union([provisionalSchema, z.object({ discard: z.string() })])
type Line = z.infer<typeof lineSchema>
type Open = { log: AppendLog; lines: Line[] }

/**
 * Text that streams in, on disk before its message is complete: one small file per running turn, gone when the turn
 * has ended. It is written every 40 ms, so that a stream of tokens costs a few writes a second and nobody waits for it.
 */
export class LiveText {
  readonly #folder: string
  readonly #open = new Map<string, Open>()
  #timer: NodeJS.Timeout | null = null

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<LiveText> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new LiveText(folder)
  }

  add(part: Provisional): void {
    const { lines } = this.#of(part.turnId)
    const last = lines.at(-1)
    if (last && !('discard' in last) && keyOf(last) === keyOf(part)) last.text += part.text
    else lines.push({ ...part })
    this.#timer ??= setTimeout(() => this.#flush(), flushMs)
  }

  /** The message's stream begins anew: what came of it so far does not count. */
  discard(turnId: string, providerId: string): void {
    this.#of(turnId).lines.push({ discard: providerId })
  }

  /** The turn is on disk with its messages: its streamed text is not needed any more. */
  async settle(turnId: string): Promise<void> {
    const open = this.#open.get(turnId)
    this.#open.delete(turnId)
    await open?.log.close()
    await rm(this.#path(turnId), { force: true })
  }

  /** Turns that have text on disk. */
  async turns(): Promise<string[]> {
    const names = await readdir(this.#folder)
    return names.map((name) => name.replace(/\.jsonl$/, '')).filter((id) => idSchema.safeParse(id).success)
  }

  /** What had streamed in of a turn, joined by block. */
  async read(turnId: string): Promise<Provisional[]> {
    const parts = new Map<string, Provisional>()
    try {
      for await (const group of readLines(this.#path(turnId))) for (const { text } of group) take(parts, text)
    } catch {
      // There is no such text, or it cannot be read: what is in messages is all there is.
    }
    return [...parts.values()]
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#flush()
    await Promise.all([...this.#open.values()].map(({ log }) => log.close()))
    this.#open.clear()
  }

  #of(turnId: string): Open {
    const known = this.#open.get(turnId)
    if (known) return known
    const open = { log: new AppendLog(this.#path(turnId)), lines: [] }
    this.#open.set(turnId, open)
    return open
  }

  #flush(): void {
    this.#timer = null
    for (const open of this.#open.values()) {
      const { lines, log } = open
      open.lines = []
      // A full disk is said by the message that follows; streamed text alone does not stop a turn.
      if (lines.length > 0) log.append(lines.map((line) => JSON.stringify(line)).join('\n'), { sync: false }).catch(() => {})
    }
  }

  #path(turnId: string): string {
    return join(this.#folder, `${turnId}.jsonl`)
  }
}

function take(parts: Map<string, Provisional>, text: string | null): void {
  const line = parseLine(text)
  if (!line) return
  if ('discard' in line) {
    for (const [key, part] of parts) if (part.providerId === line.discard) parts.delete(key)
    return
  }
  const known = parts.get(keyOf(line))
  if (known) known.text += line.text
  else parts.set(keyOf(line), { ...line })
}

function parseLine(text: string | null): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}

function keyOf({ providerId, index }: Provisional): string {
  return `${index} ${providerId}`
}
