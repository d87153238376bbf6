import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { appEnv, type AppFolders } from '../support/app.ts'
import { within } from '../support/until.ts'

const lineSchema = z.looseObject({
  type: z.string(),
  session_id: z.string().optional(),
  event: z.looseObject({ type: z.string() }).optional(),
})
const flags = ['--output-format', 'stream-json', '--include-partial-messages', '--verbose']

/** The `claude` that the SDK brings. */
export function bundledClaude(): string {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude'
  return createRequire(import.meta.url).resolve(`@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/${name}`)
}

/** One `claude` kept alive over a bare pipe, as fast as it goes. */
export class RawPipe {
  readonly #child: ChildProcessWithoutNullStreams
  #onFirst: () => void = () => {}
  #onResult: () => void = () => {}
  sessionId = ''

  constructor(env: Record<string, string>, folders: AppFolders) {
    this.#child = start(['-p', '--input-format', 'stream-json', ...flags], env, folders)
    this.#child.stdin.on('error', () => {})
    readLines(this.#child, (line) => {
      this.sessionId = line.session_id ?? this.sessionId
      if (line.event?.type === 'content_block_delta') this.#onFirst()
      if (line.type === 'result') this.#onResult()
    })
  }

  /** Milliseconds until the first delta; resolves when the turn is over. */
  async ask(text: string): Promise<number> {
    const ended = new Promise<void>((resolve) => (this.#onResult = resolve))
    const first = new Promise<number>((resolve) => (this.#onFirst = () => resolve(performance.now())))
    const began = performance.now()
    this.#child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text }, parent_tool_use_id: null })}\n`)
    const ms = (await within(30_000, 'the raw pipe', first)) - began
    await ended
    return ms
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.kill()
  }
}

/** A process for one message of a session, as scripts do it. */
export async function resumeOnce(
  env: Record<string, string>,
  folders: AppFolders,
  { prompt, resume, fork }: { prompt: string; resume: string; fork: boolean },
): Promise<{ ms: number; sessionId: string }> {
  const began = performance.now()
  const child = start(['-p', prompt, '--resume', resume, ...(fork ? ['--fork-session'] : []), ...flags], env, folders)
  child.stdin.end()
  let ms = Number.NaN
  let sessionId = ''
  readLines(child, (line) => {
    sessionId = line.session_id ?? sessionId
    if (line.event?.type === 'content_block_delta' && Number.isNaN(ms)) ms = performance.now() - began
  })
  await within(60_000, 'claude --resume', once(child, 'close'))
  if (Number.isNaN(ms)) throw new Error('claude --resume gave no answer.')
  return { ms, sessionId }
}

function start(args: string[], env: Record<string, string>, folders: AppFolders): ChildProcessWithoutNullStreams {
  const child = spawn(bundledClaude(), args, { cwd: folders.work, env: appEnv(folders, env), stdio: 'pipe' })
  child.stderr.resume()
  return child
}

function readLines(child: ChildProcessWithoutNullStreams, take: (line: z.infer<typeof lineSchema>) => void): void {
  createInterface({ input: child.stdout }).on('line', (text) => take(lineSchema.parse(JSON.parse(text))))
}
