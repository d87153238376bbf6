import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { nodeFlags } from '../../bin/node-flags.js'
import { Api } from './api.ts'
import { isAlive, processesOf } from './processes.ts'
import { patienceMs, until, within } from './until.ts'

export type AppOptions = {
  /** Answers come from the app's own demo model. True unless told otherwise. */
  demo?: boolean
  /** Reuse the folders of an earlier run. */
  folders?: AppFolders
  /** Added to the app's small environment; undefined takes one away. */
  env?: Record<string, string | undefined>
  /** What settings.json holds at the first start. */
  settings?: Record<string, unknown>
  port?: number
  /** Further words of the command line. */
  args?: string[]
}

/** What belongs to one run: nothing of it is outside of `root`. */
export type AppFolders = {
  root: string
  /** BULLPEN_HOME. */
  data: string
  /** The user's HOME. */
  home: string
  /** A folder for instances to work in. */
  work: string
}

const root = path.resolve(import.meta.dirname, '..', '..')
const readySchema = z.object({ url: z.url(), token: z.string().min(20), pid: z.int() })

/** `bullpen serve` as a process of its own, with folders of its own. */
export class App {
  readonly url: string
  readonly token: string
  readonly pid: number
  readonly folders: AppFolders
  readonly api: Api
  /** Exit code or signal, once it has ended. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly #child: ChildProcess
  readonly #output: string[]

  private constructor(child: ChildProcess, ready: z.infer<typeof readySchema>, folders: AppFolders, output: string[]) {
    this.#child = child
    this.#output = output
    this.url = ready.url
    this.token = ready.token
    this.pid = ready.pid
    this.folders = folders
    this.api = new Api(ready.url, ready.token)
    this.ended = endOf(child)
  }

  /** Starts it and waits until it says that it is ready. An error tells what it said instead. */
  static async start(options: AppOptions = {}): Promise<App> {
    const folders = options.folders ?? (await makeFolders())
    if (options.settings) await writeFile(path.join(folders.data, 'settings.json'), JSON.stringify(options.settings))
    const { child, output } = spawnServe(folders, options)
    try {
      const line = await within(patienceMs, 'bullpen serve to be ready', firstLine(child))
      return new App(child, readySchema.parse(JSON.parse(line)), folders, output)
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`bullpen serve did not start. It said:\n${output.join('')}`, { cause })
    }
  }

  /** Where a person opens it: the token is in the fragment, which is never sent. */
  get page(): string {
    return `${this.url}/#token=${this.token}`
  }

  /** What it wrote to stderr. */
  get output(): string {
    return this.#output.join('')
  }

  /** Ends it as the power cut would. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL')
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** Asks it to end, waits for that, and answers the exit code. */
  async quit(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGTERM')
    return within(patienceMs, 'bullpen serve to end', this.ended)
  }

  /** Ends it, waits for everything it started, and takes its folders away. Throws when something was left running. */
  async dispose(): Promise<void> {
    if (isAlive(this.pid)) await this.quit().catch(() => this.kill())
    await removeRun(this.folders)
  }
}

/** Starts the app and ends it as the power cut would, so many milliseconds later, however far it has come. */
export async function crashWhileStarting(options: AppOptions & { folders: AppFolders }, afterMs: number): Promise<void> {
  const { child } = spawnServe(options.folders, options)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await endOf(child)
}

export async function makeFolders(): Promise<AppFolders> {
  const base = await mkdtemp(path.join(tmpdir(), 'bullpen-e2e-'))
  const folders = { root: base, data: path.join(base, 'data'), home: path.join(base, 'home'), work: path.join(base, 'work') }
  for (const folder of [folders.data, folders.home, folders.work]) await mkdir(folder)
  await writeSample(folders.work)
  return folders
}

/** What stands in a folder to work in. */
export function writeSample(work: string): Promise<void> {
  return writeFile(path.join(work, 'notes.md'), '# Notes\n\nBuy milk.\n')
}

/** Waits until no process of a run is left, ends what will not go, and removes its folders. */
export async function removeRun(folders: AppFolders): Promise<void> {
  const gone = await until('every process of the run to end', () => processesOf(folders.root).length === 0, 30_000).catch(() => false)
  const left = gone ? [] : processesOf(folders.root)
  for (const { pid } of left) process.kill(pid, 'SIGKILL')
  await rm(folders.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  if (left.length > 0) throw new Error(`Left running: ${left.map(({ pid, command }) => `${pid} ${command}`).join('\n')}`)
}

/** The app's whole environment: nothing of the machine that runs the tests but its PATH and language. */
export function appEnv(folders: AppFolders, extra: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  return {
    PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    HOME: folders.home,
    USER: 'tester',
    SHELL: '/bin/bash',
    TMPDIR: tmpdir(),
    // A claude of a test lives for seconds: compiling its code twice costs more than it brings.
    BUN_JSC_useDFGJIT: '0',
    BULLPEN_HOME: folders.data,
    ...extra,
  }
}

/** Runs the command line tool to its end and answers what it said. */
export async function runCli(
  folders: AppFolders,
  args: string[],
  env: Record<string, string | undefined> = {},
): Promise<{ exit: number | NodeJS.Signals; output: string }> {
  const child = spawn(process.execPath, [cliFile, ...args], { cwd: root, env: appEnv(folders, env), stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  const exit = await within(patienceMs, `bullpen ${args.join(' ')} to end`, endOf(child)).finally(() => child.kill('SIGKILL'))
  return { exit, output: chunks.join('') }
}

/** What users run: what is built, where no source is newer. */
const cliFile = path.join(root, 'bin', 'bullpen.js')

function spawnServe(folders: AppFolders, options: AppOptions): { child: ChildProcess; output: string[] } {
  const args = [
    ...nodeFlags,
    cliFile,
    'serve',
    '--port',
    String(options.port ?? 0),
    ...(options.demo === false ? [] : ['--demo']),
    ...(options.args ?? []),
  ]
  const child = spawn(process.execPath, args, { cwd: root, env: appEnv(folders, options.env), stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  return { child, output }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('The app has no output.')
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`It ended with ${signal ?? code}.`)))
  })
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode ?? child.signalCode ?? 0)
    else child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))
  })
}
