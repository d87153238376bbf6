import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { LogSink } from './logging/log-sink.ts'

const maxBytes = 5_000_000

export type Log = Logger

/**
 * The app's own log in `<home>/logs/bullpen.log`: one JSON object a line, two files of at most 5 MB. Nothing ever waits for it, and a
 * disk that is full costs lines. Prompts, answers and anything that looks like a secret are never written.
 */
export class LogFile {
  readonly logger: Logger
  readonly #sink: LogSink

  /** `name`: of the file, for a process that writes beside the app. */
  constructor(home: string, level: string, name = 'bullpen') {
    this.#sink = new LogSink(join(home, 'logs', `${name}.log`), maxBytes)
    this.logger = pino({ level, base: undefined, redact: { paths: secretPaths, censor: '[redacted]' }, formatters }, this.#sink)
  }

  /** Writes what is left, within a second. Never throws. */
  close(): Promise<void> {
    return this.#sink.close()
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
