import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { patienceMs, within } from './until.ts'

const eventSchema = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  session_id: z.string().optional(),
  uuid: z.string().optional(),
  total_cost_usd: z.number().optional(),
  origin: z.looseObject({ kind: z.string() }).optional(),
  message: z.looseObject({ content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]) }).optional(),
})
export type ClaudeSaid = z.infer<typeof eventSchema>

type ClaudeStart = { program: string; cwd: string; env: NodeJS.ProcessEnv; args?: readonly string[] }

/** A `claude` of any version, spoken to over pipes as scripts do. Closed by whoever started it. */
export class ClaudeProgram {
  readonly said: ClaudeSaid[] = []
  readonly #child: ChildProcess
  readonly #waiting = new Set<() => void>()
  readonly #ended: Promise<void>
  #hasEnded = false
  #errors = ''

  constructor({ program, cwd, env, args = [] }: ClaudeStart) {
    this.#child = spawn(
      program,
      ['-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose', '--allowedTools', allowed, ...args],
      { cwd, env, stdio: 'pipe' },
    )
    this.#child.stdin?.on('error', () => {})
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors = `${this.#errors}${text}`.slice(-2_000)))
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line))
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#hasEnded = true
        resolve()
        this.#wake()
      })
    })
  }

  get sessionId(): string {
    return this.said.findLast(({ session_id: id }) => id !== undefined)?.session_id ?? ''
  }

  /** What its last result of each session says that the session has cost; null where none says so. */
  costs(): Map<string, number | null> {
    const found = new Map<string, number | null>()
    for (const { type, session_id: id, total_cost_usd: cost } of this.said) {
      if (id === undefined) continue
      if (type === 'result') found.set(id, cost ?? null)
      else if (!found.has(id)) found.set(id, null)
    }
    return found
  }

  send(content: unknown, more: Record<string, unknown> = {}): void {
    this.#write({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, session_id: '', ...more })
  }

  control(request: Record<string, unknown>): void {
    this.#write({ type: 'control_request', request_id: `r${this.said.length}`, request })
  }

  /** Sends a prompt and waits for the end of its turn. */
  async ask(content: unknown, more: Record<string, unknown> = {}): Promise<void> {
    const from = this.said.length
    this.send(content, more)
    await this.until((said) => said.type === 'result', from)
  }

  /** Waits until it says something, counted from what it had said by `from`. Throws when it ends before. */
  async until(isIt: (said: ClaudeSaid) => boolean, from = this.said.length, seconds = 120): Promise<ClaudeSaid> {
    const found = async (): Promise<ClaudeSaid> => {
      for (;;) {
        const match = this.said.slice(from).find(isIt)
        if (match) return match
        if (this.#hasEnded) throw new Error(`claude has ended: ${this.#errors}`)
        await new Promise<void>((resolve) => this.#waiting.add(resolve))
      }
    }
    return within(seconds * 1_000, 'claude to go on', found())
  }

  /** Lets it end by itself, with what it writes at its end. */
  async close(): Promise<void> {
    this.#child.stdin?.end()
    await within(patienceMs, 'claude to end', this.#ended).catch(() => this.#child.kill('SIGKILL'))
    await this.#ended
  }

  #write(line: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`)
  }

  #take(line: string): void {
    const parsed = eventSchema.safeParse(parsedLine(line))
    if (parsed.success) this.said.push(parsed.data)
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

const allowed = 'Bash,Read,Write,Edit,Glob,Grep,Task,Agent'

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
