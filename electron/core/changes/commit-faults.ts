import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Git } from '../git/git.ts'
import type { GitResult } from '../git/git-process.ts'
import type { Repository } from '../git/repository.ts'
import { operationOf, type GitOperation } from './git-state.ts'

const mostOutput = 20_000
const names: Record<Exclude<GitOperation, 'bisect'>, string> = {
  rebase: 'a rebase',
  merge: 'a merge',
  'cherry-pick': 'a cherry-pick',
  revert: 'a revert',
  am: 'applying patches (git am)',
}

/** The folder of a repository that can take a commit now. Throws NOT_A_REPOSITORY and STATE_CONFLICT with what keeps it from that. */
export async function checkRepository(git: Git, repository: Repository): Promise<string> {
  const { root, gitDir } = repository
  if (root === null) throw new AppError('NOT_A_REPOSITORY', 'This is a bare repository: it has no files to commit.')
  const operation = await operationOf(repository)
  if (operation !== null && operation !== 'bisect') {
    const message = `The repository is in the middle of ${names[operation]}. Finish or abort it in a terminal, then commit.`
    throw new AppError('STATE_CONFLICT', message, { data: { operation } })
  }
  if (await isThere(join(gitDir, 'index.lock'))) {
    const message = `Another git is working in this repository (${join(gitDir, 'index.lock')}). Wait until it has finished; if none is running, delete that file.`
    throw new AppError('STATE_CONFLICT', message)
  }
  const unmerged = await git.run(['ls-files', '-z', '--unmerged'], { cwd: root, maxBytes: 1_000 })
  if (unmerged.stdout.length > 0)
    throw new AppError('STATE_CONFLICT', 'There are unresolved conflicts in this repository. Resolve them, then commit.')
  await checkIdentity(git, root)
  return root
}

async function checkIdentity(git: Git, root: string): Promise<void> {
  for (const name of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const { code } = await git.run(['var', name], { cwd: root, purpose: 'user' })
    if (code === 0) continue
    const message =
      'git does not know who you are. Run git config --global user.name "Your Name" and git config --global user.email you@example.com, then commit.'
    throw new AppError('STATE_CONFLICT', message, { data: { missing: 'identity' } })
  }
}

/** git has refused: most often one of its hooks. */
export function commitFailed(result: GitResult): AppError {
  const output = outputOf(result)
  if (/failed to sign|user\.signingkey|gpg\.ssh\.|cannot run .*(?:gpg|ssh-keygen)/i.test(output)) {
    const message =
      'git could not sign the commit. Check your key with git config user.signingKey, or turn signing off here: git config commit.gpgSign false.'
    return new AppError('GIT_FAILED', message, { data: { exitCode: result.code, output } })
  }
  const last = output.split('\n').findLast((line) => line.trim() !== '')
  const words =
    last === undefined ? 'It gave no reason; a hook of the repository may have refused it.' : `It said: ${last.trim().slice(0, 300)}`
  return new AppError('GIT_FAILED', `The commit was refused. ${words}`, { data: { exitCode: result.code, output } })
}

/** The time was up. */
export async function commitLate(git: Git, root: string, limitMs: number): Promise<AppError> {
  const signs = (await git.line(['config', '--type=bool', 'commit.gpgSign'], { cwd: root, purpose: 'user' })) === 'true'
  const why = signs
    ? 'Signing may be waiting for a passphrase: unlock your key, then try again.'
    : 'A hook of the repository may be waiting for something. Commit in a terminal to see it.'
  const time = limitMs < 120_000 ? `${Math.round(limitMs / 1_000)} seconds` : `${Math.round(limitMs / 60_000)} minutes`
  return new AppError('GIT_FAILED', `The commit took longer than ${time} and was stopped. ${why}`, { data: { limitMs } })
}

/** What git and the hooks said, and what is to be known besides. */
export function committedOutput(result: GitResult, left: readonly string[]): string {
  return [outputOf(result), ...left].filter((part) => part !== '').join('\n')
}

function outputOf({ stdout, stderr }: GitResult): string {
  const said = [stderr.trimEnd(), stdout.toString('utf8').trimEnd()].filter((part) => part !== '').join('\n')
  return said.length > mostOutput ? `…${said.slice(-mostOutput)}` : said
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
