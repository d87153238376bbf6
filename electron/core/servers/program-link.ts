import { execa, type ResultPromise } from 'execa'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { ChildTree } from '../claude/child-tree.ts'
import type { ProcessRecords } from '../claude/process-records.ts'
import { processIdentity } from '../storage/process-identity.ts'
import type { Link, LinkEvents } from './json-rpc.ts'

export type ProgramOptions = {
  command: string
  args: readonly string[]
  cwd: string
  /** The whole of it, with the marker. */
  env: Record<string, string>
  marker: string
  records: ProcessRecords
}

/** A server that ends when its input does is given this long. */
const politeMs = 1_000
const mostOutput = 8_192
const mostLine = 10_000_000
/** A server may greet or log by mistake where messages belong; one that only does that is none. */
const mostOther = 1_000_000
const mostOtherLines = 5_000
const noMessage = 'what it writes to its output is no MCP message'

/** A server that is a program: one message a line, over its input and output. */
export class ProgramLink implements Link {
  readonly #options: ProgramOptions
  readonly #events: LinkEvents
  readonly #child: ChildProcess
  readonly #tree: ChildTree
  readonly #exited: Promise<void>
  #output = ''
  /** The beginning of a line, as it came. */
  #line: string[] = []
  #lineLength = 0
  #other = 0
  #otherLines = 0
  #closing = false
  #deaf = false

  private constructor(options: ProgramOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
    const subprocess: ResultPromise<{ reject: false; buffer: false; stdin: 'pipe' }> = execa(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      stdin: 'pipe',
      buffer: false,
      reject: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
      cleanup: true,
    })
    this.#child = subprocess.nodeChildProcess
    this.#tree = new ChildTree(options.marker, () => livePid(this.#child))
    this.#exited = this.#follow(this.#child)
    // What could not be started is told by its error event.
    void subprocess.catch(() => {})
  }

  /** Starts it. Throws for what no process can be given; what else is wrong comes by `onBroken`. */
  static async open(options: ProgramOptions, events: LinkEvents): Promise<ProgramLink> {
    const { marker, records, command, args, env } = options
    // What Node says of it holds the value.
    if ([command, ...args, ...Object.values(env)].some((text) => text.includes('\0')))
      throw new Error('its command, arguments or environment hold a NUL character; take it out')
    const startedAt = new Date().toISOString()
    // On disk before it is started: we may be gone right after.
    await records.write({ marker, process: null, tree: [], startedAt }).catch(() => {})
    const link = new ProgramLink(options, events)
    const { pid } = link.#child
    const identity = pid === undefined ? null : await processIdentity(pid)
    if (pid !== undefined && identity !== null && process.platform !== 'linux')
      await records.write({ marker, process: { pid, identity }, tree: [], startedAt }).catch(() => {})
    return link
  }

  /** The end of what it wrote besides messages. */
  get output(): string {
    return this.#output
  }

  /** How it ended by itself; null: it did not. */
  get ended(): string | null {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null) return `exit code ${exitCode}`
    return signalCode === null ? null : `signal ${signalCode}`
  }

  send(message: Record<string, unknown>): Promise<void> {
    const { stdin } = this.#child
    return new Promise((resolve) => {
      // A program that is gone is told by its exit.
      if (!stdin?.writable) resolve()
      else stdin.write(`${JSON.stringify(message)}\n`, () => resolve())
    })
  }

  async close(): Promise<boolean> {
    this.#closing = true
    this.#child.stdin?.end()
    const timer = Promise.withResolvers<void>()
    const timeout = setTimeout(timer.resolve, politeMs)
    await Promise.race([this.#exited, timer.promise])
    clearTimeout(timeout)
    // It may have left others behind, whether it has ended or not.
    const gone = await this.#tree.kill().catch(() => false)
    if (gone) await this.#options.records.remove(this.#options.marker).catch(() => {})
    return gone
  }

  #follow(child: ChildProcess): Promise<void> {
    child.stdin?.on('error', () => {})
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#said(text))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    return new Promise((resolve) => {
      child.once('error', (thrown) => {
        this.#break(startWords(this.#options, thrown))
        resolve()
      })
      // With the rest of its output, which says why.
      child.once('close', () => {
        this.#break(`it ended before it answered (${this.ended ?? 'unknown'})`)
        resolve()
      })
      // A grandchild may keep its output open.
      child.once('exit', () => setTimeout(() => this.#break(`it ended before it answered (${this.ended ?? 'unknown'})`), 300).unref())
    })
  }

  #break(why: string): void {
    if (!this.#closing) this.#events.onBroken(new Error(why))
  }

  #read(text: string): void {
    if (this.#deaf) return
    const end = text.lastIndexOf('\n')
    const rest = text.slice(end + 1)
    const lines = end < 0 ? [] : `${this.#line.join('')}${text.slice(0, end)}`.split('\n')
    if (end >= 0) [this.#line, this.#lineLength] = [[], 0]
    if (rest !== '') this.#line.push(rest)
    this.#lineLength += rest.length
    for (const line of lines) this.#take(line)
    if (this.#lineLength > mostLine || this.#isJunk()) {
      this.#deaf = true
      this.#break(noMessage)
    }
  }

  #isJunk(): boolean {
    return this.#other > mostOther || this.#otherLines > mostOtherLines
  }

  #take(line: string): void {
    if (line.trim() === '' || this.#isJunk()) return
    try {
      this.#events.onMessage(JSON.parse(line))
    } catch {
      // Where messages belong a program may write other things too, by mistake.
      this.#other += line.length
      this.#otherLines += 1
      this.#said(`${line}\n`)
    }
  }

  #said(text: string): void {
    this.#output = (this.#output + text).slice(-mostOutput)
  }
}

function livePid({ pid, exitCode, signalCode }: ChildProcess): number | null {
  return pid !== undefined && exitCode === null && signalCode === null ? pid : null
}

function startWords({ command, cwd }: ProgramOptions, thrown: Error): string {
  const code = 'code' in thrown ? thrown.code : null
  if (code === 'ENOENT') return missingWords(command, cwd)
  if (code === 'EACCES') return `the program “${command}” may not be run: it is not executable`
  return `the program “${command}” could not be started (${typeof code === 'string' ? code : 'unknown'})`
}

function missingWords(command: string, cwd: string): string {
  if (!existsSync(cwd)) return `there is no folder ${cwd} to start it in`
  if (command.startsWith('~')) return `there is no program “${command}”; write out the path, “~” is not filled in here`
  if (isAbsolute(command)) return `there is no program “${command}”`
  if (/[\\/]/.test(command))
    return `there is no program “${command}” in ${cwd}, where this test runs; an instance starts it in its own folder`
  return `the program “${command}” was not found on your PATH`
}
