import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a process reads when it starts and does not look at again: in each folder from its own up to the root. */
const inFolders = [
  'CLAUDE.md',
  'CLAUDE.local.md',
  '.mcp.json',
  ...['CLAUDE.md', 'settings.json', 'settings.local.json', 'rules', 'agents', 'commands', 'skills'].map((name) => join('.claude', name)),
  // Claude is told the branch, the newest commits and what is changed, as it was at the start.
  ...['HEAD', 'index', join('logs', 'HEAD')].map((name) => join('.git', name)),
]
const inConfig = ['CLAUDE.md', 'settings.json', '.credentials.json', 'rules', 'agents', 'commands', 'skills']

/**
 * A short text that changes when a process that was started earlier knows something else than one that is started now. `cwd`: null
 * for one that reads its folder later. What is edited without git knowing of it yet is not noticed.
 */
export async function launchStamp(program: string, configFolder: string, cwd: string | null): Promise<string> {
  const folders = cwd === null ? [] : upwards(cwd)
  const paths = [
    program,
    ...inConfig.map((name) => join(configFolder, name)),
    ...folders.flatMap((folder) => inFolders.map((name) => join(folder, name))),
  ]
  const marks = await Promise.all(paths.map(markOf))
  return createHash('sha1').update(marks.join('\n')).digest('hex')
}

/** What one process has read at its start, so that it can be told when that has changed. */
export class StartReading {
  readonly #stampOf: (cwd: string | null) => Promise<string>
  #cwd: string | null
  #stamp: Promise<string>

  /** To be made when the process is started. `stampOf`: what `launchStamp` says of a folder. */
  constructor(stampOf: (cwd: string | null) => Promise<string>, cwd: string | null) {
    this.#stampOf = stampOf
    this.#cwd = cwd
    this.#stamp = stampOf(cwd)
    this.#stamp.catch(() => {})
  }

  /** A process that had no folder reads one now. */
  bindTo(cwd: string): void {
    this.#cwd = cwd
    this.#stamp = this.#stampOf(cwd)
    this.#stamp.catch(() => {})
  }

  /** False also where it cannot be told. */
  async isCurrent(): Promise<boolean> {
    try {
      return (await this.#stamp) === (await this.#stampOf(this.#cwd))
    } catch {
      return false
    }
  }
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
