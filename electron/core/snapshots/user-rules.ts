import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { zeroFields } from '../git/fields.ts'
import type { Git } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'

/** What the user's own git goes by in a folder, as far as snapshots have to. */
export type UserRules = {
  /** For our own runs: what is ignored everywhere, and what the file system can do. */
  config: string[]
  /** What this repository alone ignores; text of its `info/exclude`. */
  exclude: string
  /** Another one whenever any of it is. */
  mark: string
}

const names = 'core\\.(excludesfile|ignorecase|precomposeunicode|filemode|symlinks)'
const staleMs = 60_000

/** Asks the user's git what it goes by in a folder; remembered for a minute. */
export class UserRulesReader {
  readonly #git: Git
  readonly #known = new Map<string, { at: number; rules: Promise<UserRules> }>()

  constructor(git: Git) {
    this.#git = git
  }

  /** Where the user's configuration cannot be read, what git does without. Rejects only where there is no git. */
  of(folder: string, repository: Repository | null): Promise<UserRules> {
    const known = this.#known.get(folder)
    if (known && performance.now() - known.at < staleMs) return known.rules
    const rules = this.#read(folder, repository)
    this.#known.set(folder, { at: performance.now(), rules })
    rules.catch(() => this.#known.delete(folder))
    return rules
  }

  async #read(folder: string, repository: Repository | null): Promise<UserRules> {
    const { code, stdout } = await this.#git.run(['config', '-z', '--type=path', '--get-regexp', `^${names}$`], { cwd: folder })
    // Later ones win, and a repository's own come last.
    const values = new Map(code === 0 ? zeroFields(stdout).map((field) => pairOf(field.toString('utf8'))) : [])
    const env = await this.#git.environment()
    const configFolder = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config')
    const excludesFile = values.get('core.excludesfile') ?? join(configFolder, 'git', 'ignore')
    values.set('core.excludesfile', excludesFile)
    const [exclude, everywhere] = await Promise.all([
      repository === null ? '' : readText(join(repository.commonDir, 'info', 'exclude')),
      readText(excludesFile),
    ])
    const config = [...values].map(([name, value]) => `${name}=${value}`)
    const mark = createHash('sha256')
      .update(JSON.stringify([config, exclude, everywhere]))
      .digest('hex')
    return { config, exclude, mark }
  }
}

function pairOf(field: string): [string, string] {
  const [name = '', ...value] = field.split('\n')
  return [name.toLowerCase(), value.join('\n')]
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}
