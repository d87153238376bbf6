import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a process reads when it starts and keeps, also when it begins another session: in each folder from its own up to the root. */
const inFolders = [
  'CLAUDE.md',
  'CLAUDE.local.md',
  '.mcp.json',
  ...['CLAUDE.md', 'settings.json', 'settings.local.json', 'rules', 'agents', 'commands', 'skills'].map((name) => join('.claude', name)),
  // The branch: Claude is told the one that was there at the start.
  join('.git', 'HEAD'),
]
/** What each session reads anew (seen in 2.1.329): the newest commits and what is changed. */
const inSessions = ['index', join('logs', 'HEAD')].map((name) => join('.git', name))
const inConfig = ['CLAUDE.md', 'settings.json', '.credentials.json', 'rules', 'agents', 'commands', 'skills']

/** Short texts that change with what was read: `process` with what a process keeps, `session` also with what each session reads. */
export type LaunchStamp = { process: string; session: string }

/**
 * Changes when a process that was started earlier knows something else than one that is started now. `cwd`: null for one that reads
 * its folder later. What is edited without git knowing of it yet is not noticed.
 */
export async function launchStamp(program: string, configFolder: string, cwd: string | null): Promise<LaunchStamp> {
  const folders = cwd === null ? [] : upwards(cwd)
  const inEach = (names: readonly string[]): string[] => folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const [kept, fresh] = await Promise.all([
    marksOf([program, ...inConfig.map((name) => join(configFolder, name)), ...inEach(inFolders)]),
    marksOf(inEach(inSessions)),
  ])
  return { process: hashOf(kept), session: hashOf(kept + fresh) }
}

/** What one process has read at its start, so that it can be told when that has changed. */
export class StartReading {
  readonly #read: (cwd: string | null) => Promise<LaunchStamp>
  #cwd: string | null
  #stamp: Promise<LaunchStamp>

  /** To be made when the process is started. `read`: what `launchStamp` says of a folder. */
  constructor(read: (cwd: string | null) => Promise<LaunchStamp>, cwd: string | null) {
    this.#read = read
    this.#cwd = cwd
    this.#stamp = this.#take()
  }

  /** A process that had no folder reads one now. */
  bindTo(cwd: string): void {
    this.#cwd = cwd
    this.#stamp = this.#take()
  }

  /** True while its session, begun at its start, knows how things are. False also where that cannot be told. */
  isCurrent(): Promise<boolean> {
    return this.#same('session')
  }

  /** True while another session that it begins now would know how things are. False also where that cannot be told. */
  keepsCurrent(): Promise<boolean> {
    return this.#same('process')
  }

  async #same(part: keyof LaunchStamp): Promise<boolean> {
    try {
      return (await this.#stamp)[part] === (await this.#read(this.#cwd))[part]
    } catch {
      return false
    }
  }

  #take(): Promise<LaunchStamp> {
    const stamp = this.#read(this.#cwd)
    stamp.catch(() => {})
    return stamp
  }
}

async function marksOf(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map(markOf))).join('\n')
}

function hashOf(marks: string): string {
  return createHash('sha1').update(marks).digest('hex')
}

function upwards(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwards(parent)]
}

async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}
