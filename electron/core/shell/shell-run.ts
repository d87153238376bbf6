import { longestShellOutput, type ShellBlock } from '../../../shared/domain/attachment.ts'
import type { ShellRun } from '../../../shared/domain/shell-run.ts'
import { ChildTree } from '../claude/child-tree.ts'
import type { ProcessRecords } from '../claude/process-records.ts'
import { settlesWithin } from '../claude/wait.ts'
import { KeptOutput } from './kept-output.ts'
import { startShell, type ShellChild } from './shell-process.ts'

export type RunOptions = {
  id: string
  conversationId: string
  command: string
  cwd: string
  env: Record<string, string>
  marker: string
  records: ProcessRecords
  /** It has said something. */
  onOutput: () => void
  /** After this it is stopped; ten minutes when absent. */
  longestMs?: number
}

/** A command that runs longer is stopped. */
const usualMs = 10 * 60_000
const terminateMs = 2_000
const tailLength = 4_000

/** One command of the user's: started, watched, and ended with all that it started. */
export class RunningCommand {
  readonly #options: RunOptions
  readonly #stdout = new KeptOutput()
  readonly #stderr = new KeptOutput()
  readonly #latest = new KeptOutput()
  readonly #startedAt = new Date().toISOString()
  readonly #tree: ChildTree
  #shell: ShellChild | null = null
  #ended: string | null = null

  constructor(options: RunOptions) {
    this.#options = options
    this.#tree = new ChildTree(options.marker, () => livePid(this.#shell))
  }

  view(): ShellRun {
    const { id, conversationId, command } = this.#options
    return { id, conversationId, command, startedAt: this.#startedAt, tail: this.#latest.last(tailLength) }
  }

  /** All that is kept of what it has said, both streams as they came. */
  said(): string {
    return this.#latest.text()
  }

  /** Runs it to its end; answers what it said. Never rejects. */
  async run(): Promise<ShellBlock> {
    const { marker, records, command, cwd, env, longestMs = usualMs } = this.#options
    // On disk before it is started: we may be gone right after. A disk that takes no record is no reason not to work.
    await records.write({ marker, process: null, tree: [], startedAt: this.#startedAt }).catch(() => {})
    const timer = setTimeout(() => void this.stop(`Stopped after ${longestMs / 60_000} minutes.`), longestMs)
    let exitCode: number | null = null
    try {
      if (this.#ended === null) {
        this.#shell = startShell({ command, cwd, env, onOutput: (stream, text) => this.#heard(stream, text) })
        await this.#record()
        const end = await this.#shell.ended
        exitCode = end.exitCode
        if (end.error !== null) this.#ended ??= `It could not be started: ${end.error}`.slice(0, 300)
      }
    } catch (thrown) {
      this.#ended ??= `It could not be started: ${thrown instanceof Error ? thrown.message : String(thrown)}`.slice(0, 300)
    } finally {
      clearTimeout(timer)
    }
    if (await this.#tree.kill().catch(() => false)) await records.remove(marker).catch(() => {})
    return this.#block(exitCode)
  }

  /** Ends it and all that it started; `why` is told. */
  async stop(why: string): Promise<void> {
    this.#ended ??= why
    const shell = this.#shell
    if (shell === null) return
    this.#tree.signal('SIGTERM')
    if (!(await settlesWithin(shell.ended, terminateMs))) await this.#tree.kill()
  }

  #heard(stream: 'stdout' | 'stderr', text: string): void {
    ;(stream === 'stdout' ? this.#stdout : this.#stderr).add(text)
    this.#latest.add(text)
    this.#options.onOutput()
  }

  async #record(): Promise<void> {
    const { marker, records } = this.#options
    const tree = await this.#tree.list()
    const root = tree.find(({ pid }) => pid === livePid(this.#shell))
    if (root === undefined) return
    const others = process.platform === 'linux' ? [] : tree.filter((one) => one !== root)
    await records.write({ marker, process: root, tree: others, startedAt: this.#startedAt }).catch(() => {})
  }

  #block(exitCode: number | null): ShellBlock {
    const ended = this.#ended
    return {
      type: 'shell',
      command: this.#options.command,
      stdout: this.#stdout.text().slice(0, longestShellOutput + 200),
      stderr: this.#stderr.text().slice(0, longestShellOutput + 200),
      exitCode: ended === null ? exitCode : null,
      ...(ended === null ? (exitCode === null ? { ended: 'It was ended from outside.' } : {}) : { ended }),
    }
  }
}

function livePid(shell: ShellChild | null): number | null {
  if (shell === null) return null
  const { pid, exitCode, signalCode } = shell.child
  return pid !== undefined && exitCode === null && signalCode === null ? pid : null
}
