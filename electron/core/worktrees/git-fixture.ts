import { execFile } from 'node:child_process'
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { Git } from '../git/git.ts'
import { concluded } from './hindrances.ts'
import type { NewWorktree } from './new-worktree.ts'
import { readFacts } from './read-state.ts'
import { RepoGit } from './repo-git.ts'

const run = promisify(execFile)

/** Real git for tests, as nobody in particular and without anybody's configuration. */
export const gitEnv: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
}

/** The product's git, with that environment. */
export const repoGit = new RepoGit(new Git(() => Promise.resolve(gitEnv)))

/** How a worktree is that was made as planned, where nobody else works. */
export async function stateOf({ path, branch, base, repository: { main } }: NewWorktree): Promise<WorktreeState> {
  const record = {
    id: 'tree_000000000000',
    path,
    repository: main,
    branch,
    base,
    createdAt: new Date(0).toISOString(),
    setup: null,
    notCopied: [],
  }
  return concluded(repoGit, await readFacts(repoGit, { path, record }), [], null)
}

/** Runs git in a folder; answers what it wrote, without the last line end. Throws what it said. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'protocol.file.allow=always', ...args], { cwd, env: gitEnv })
  return stdout.replace(/\n$/, '')
}

/** Writes files and commits them. */
export async function commitFiles(folder: string, files: Record<string, string>, message = 'work'): Promise<void> {
  await write(folder, files)
  await git(folder, 'add', '-A')
  await git(folder, 'commit', '-qm', message)
}

export async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

/** A repository with one commit on `main`, which ignores `.env*` and `node_modules`. */
export async function makeRepository(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await git(folder, 'init', '-q', '-b', 'main')
  await commitFiles(folder, { 'readme.md': 'one\n', 'src/app.ts': 'app\n', '.gitignore': '.env*\nnode_modules/\n' }, 'first')
  return realpath(folder)
}
