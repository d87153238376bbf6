import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Git } from '../git/git.ts'

/** A folder for a test with real git in it. */
export class Workshop {
  readonly folder: string
  readonly git: Git

  private constructor(folder: string) {
    this.folder = folder
    // Nobody's configuration, and no name by accident.
    const own = { HOME: folder, XDG_CONFIG_HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(folder, 'gitconfig') }
    this.git = new Git(() => Promise.resolve({ ...process.env, ...own }))
  }

  static async open(): Promise<Workshop> {
    const made = new Workshop(await realpath(await mkdtemp(join(tmpdir(), 'bullpen-changes-'))))
    await writeFile(
      join(made.folder, 'gitconfig'),
      '[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n[core]\nautocrlf = false\n',
    )
    return made
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  /** Runs git as a person in a terminal does; answers what it said. */
  plain(cwd: string, ...args: string[]): string {
    const env = { ...process.env, HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(this.folder, 'gitconfig') }
    return execFileSync('git', args, { cwd, stdio: 'pipe', env: { ...env, GIT_EDITOR: 'true' } }).toString()
  }

  /** A repository with these files committed. */
  async repository(name: string, files: Record<string, string | Uint8Array> = {}): Promise<string> {
    const root = join(this.folder, name)
    await mkdir(root)
    this.plain(root, 'init', '-q')
    await this.write(root, files)
    if (Object.keys(files).length > 0) this.commit(root, 'first')
    return root
  }

  async write(root: string, files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    }
  }

  commit(root: string, message: string): void {
    this.plain(root, 'add', '-A')
    this.plain(root, 'commit', '-q', '-m', message)
  }
}
