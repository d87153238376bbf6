import { AppError } from '../../../shared/app-error.ts'
import { findGit } from './find-git.ts'
import { gitEnvironment, type GitObjects, type GitPurpose } from './git-environment.ts'
import { runGit, startGit, type GitChild, type GitResult, type ProcessLimits, type ProcessStart } from './git-process.ts'

/** Which git there is. `version`: as it says, such as `2.39.5`. */
export type GitProgram = { path: string; version: string }

/** How git is run. Folders are those of the system; what is left out is as in a terminal there. */
export type GitRun = Partial<ProcessLimits> & {
  /** Where it runs. */
  cwd?: string
  gitDir?: string
  workTree?: string
  indexFile?: string
  /** Where new objects are put instead of into the repository's own, which are read besides. */
  objects?: GitObjects
  /** `name=value`, above all configuration files. */
  config?: readonly string[]
  /** `look` (default): hooks and file-system monitors of the repository are not run; `user`: they are, as in the user's terminal; `own`: a store of ours. */
  purpose?: GitPurpose
  /** Variables above all others. */
  env?: Readonly<Record<string, string>> | undefined
  /** Steps back behind whatever the user waits for. */
  background?: boolean
}

const defaults = { maxBytes: 64 * 1024 * 1024, timeoutMs: 60_000 }
/** An older one lacks what snapshots and changes need. */
const oldest = [2, 25] as const
const lookAgainMs = 10_000
const foundAgainMs = 60_000

/** The user's own `git`, run by argument vectors. A missing one is looked for again now and then. */
export class Git {
  readonly #environment: () => Promise<NodeJS.ProcessEnv>
  #looked: { at: number; program: Promise<GitProgram | null> } | null = null

  /** `environment`: that of a terminal of the user's. */
  constructor(environment: () => Promise<NodeJS.ProcessEnv>) {
    this.#environment = environment
  }

  /** What a terminal of the user's has for an environment. */
  environment(): Promise<NodeJS.ProcessEnv> {
    return this.#environment()
  }

  /** Which git is there and can be used; null where there is none. Never rejects. */
  async program(): Promise<GitProgram | null> {
    const age = performance.now() - (this.#looked?.at ?? 0)
    const known = this.#looked === null ? null : await this.#looked.program
    if (this.#looked && age < (known === null ? lookAgainMs : foundAgainMs)) return known
    this.#looked = { at: performance.now(), program: this.#look().catch(() => null) }
    return this.#looked.program
  }

  /** As `program`. Throws GIT_MISSING, which says what to install and what works without. */
  async required(): Promise<GitProgram> {
    const program = await this.program()
    if (program === null) {
      throw new AppError(
        'GIT_MISSING',
        'git was not found on this computer. Install it from https://git-scm.com to see changes, rewind files and use worktrees; everything else works without it.',
      )
    }
    if (isOlder(program.version)) {
      throw new AppError(
        'GIT_MISSING',
        `git ${program.version} is too old: changes, rewind and worktrees need ${oldest.join('.')} or later. Update it; everything else works without it.`,
      )
    }
    return program
  }

  /** Runs it to its end, whatever that is. Throws GIT_MISSING, GIT_FAILED when it took too long, UNAVAILABLE when it was stopped. */
  async run(args: readonly string[], run: GitRun = {}): Promise<GitResult> {
    return runGit(await this.#start(args, run), { ...defaults, ...definedLimits(run) })
  }

  /** What it wrote. Throws as `run` does, and GIT_FAILED with git's own words where it did not end well; TOO_LARGE for more than `maxBytes`. */
  async output(args: readonly string[], run: GitRun = {}): Promise<Buffer> {
    return (await this.outputs(args, run)).stdout
  }

  /** As `output`, with what it complained of besides. */
  async outputs(args: readonly string[], run: GitRun = {}): Promise<Pick<GitResult, 'stdout' | 'stderr'>> {
    const result = await this.run(args, run)
    if (result.cut) throw new AppError('TOO_LARGE', `git ${args[0] ?? ''} answered more than can be shown. Choose less of it.`)
    if (result.code !== 0) throw gitFailed(args, result)
    return result
  }

  /** The first line it wrote, or null where it did not end well. */
  async line(args: readonly string[], run: GitRun = {}): Promise<string | null> {
    const { code, stdout } = await this.run(args, run)
    return code === 0 ? stdout.toString('utf8').replace(/\r?\n[^]*$/, '') : null
  }

  /** Starts one that stays, such as `cat-file --batch`. Its owner ends it. */
  async open(args: readonly string[], run: GitRun = {}): Promise<GitChild> {
    return startGit(await this.#start(args, run))
  }

  async #start(args: readonly string[], run: GitRun): Promise<ProcessStart> {
    const { path } = await this.required()
    const { cwd, purpose = 'look', config = [], background = false } = run
    const env = { ...gitEnvironment(await this.#environment(), purpose, run), ...run.env }
    const settings = [...(purpose === 'user' ? [] : ['core.fsmonitor=false', 'core.hooksPath=/dev/null']), ...config]
    return {
      file: path,
      args: [...settings.flatMap((setting) => ['-c', setting]), ...args],
      cwd: cwd ?? run.workTree ?? run.gitDir,
      env,
      background,
    }
  }

  async #look(): Promise<GitProgram | null> {
    const env = await this.#environment()
    const path = await findGit(env)
    if (path === null) return null
    const start = { file: path, args: ['--version'], env: gitEnvironment(env, 'look', {}), background: false }
    const { stdout, code } = await runGit(start, { maxBytes: 1_000, timeoutMs: 10_000 })
    const version = /\d+\.\d+(?:\.\d+)*/.exec(stdout.toString('latin1'))?.[0]
    return code === 0 && version !== undefined ? { path, version } : null
  }
}

/** The error of a run that did not end well, in git's own words. */
export function gitFailed(args: readonly string[], { stderr, code }: GitResult): AppError {
  const lines = stderr.split('\n').map((line) => line.trim())
  const told = lines.filter((line) => /^(?:fatal|error):/.test(line)).at(-1) ?? lines.findLast((line) => line !== '')
  return new AppError('GIT_FAILED', `git ${args[0] ?? ''} failed: ${(told ?? `it ended with ${code}`).slice(0, 500)}`, {
    data: { exitCode: code },
  })
}

function definedLimits({ stdin, maxBytes, timeoutMs, signal }: GitRun): Partial<ProcessLimits> {
  return { stdin, signal, ...(maxBytes === undefined ? {} : { maxBytes }), ...(timeoutMs === undefined ? {} : { timeoutMs }) }
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1])
}
