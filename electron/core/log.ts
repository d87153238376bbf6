import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pino, type Logger } from 'pino'

const maxBytes = 5_000_000

export type Log = Logger

/**
 * The app's own log in `<home>/logs/bullpen.log`: one JSON object a line, two files of at most 5 MB,
 * rotated at start and then hourly. Prompts, answers and anything that looks like a secret are never written.
 */
export class LogFile {
  readonly logger: Logger
  readonly #path: string
  readonly #destination: ReturnType<typeof pino.destination>
  readonly #timer: NodeJS.Timeout

  constructor(home: string, level: string) {
    const folder = join(home, 'logs')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, 'bullpen.log')
    rotate(this.#path)
    this.#destination = pino.destination({ dest: this.#path, sync: false, mkdir: true, mode: 0o600 })
    // A full disk must not take the app down with its log.
    this.#destination.on('error', () => {})
    this.logger = pino({ level, base: undefined, redact: { paths: secretPaths, censor: '[redacted]' }, formatters }, this.#destination)
    this.#timer = setInterval(() => this.#rotateOpen(), 3_600_000)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
    try {
      this.#destination.flushSync()
    } catch {
      // Nothing was opened, or the disk is full: there is nowhere left to say so.
    }
    this.#destination.end()
  }

  #rotateOpen(): void {
    if (rotate(this.#path)) this.#destination.reopen()
  }
}

const secretPaths = ['token', '*.token', 'apiKey', '*.apiKey', 'env', '*.env', 'authorization', '*.authorization', 'headers', '*.headers']

const secretShapes = /\b(sk-[A-Za-z0-9_-]{8,}|Bearer\s+[A-Za-z0-9._-]{8,})/g

const formatters = {
  log(entry: Record<string, unknown>): Record<string, unknown> {
    const clean: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(entry))
      clean[key] = typeof value === 'string' ? value.replace(secretShapes, '[redacted]') : value
    return clean
  },
}

function rotate(path: string): boolean {
  try {
    if (statSync(path).size < maxBytes) return false
    renameSync(path, `${path}.1`)
    return true
  } catch {
    return false
  }
}
