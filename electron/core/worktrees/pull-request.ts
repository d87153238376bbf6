import { execa } from 'execa'
import { AppError } from '../../../shared/app-error.ts'
import type { PullRequest } from '../../../shared/domain/worktree.ts'
import { gitRefusal, saidIn } from './git-words.ts'
import { are, commits } from './hindrances.ts'
import { compareAddress, readRemote, type RemoteSite } from './remote-address.ts'
import type { RepoGit } from './repo-git.ts'
import type { GitFacts } from './read-state.ts'

export type PullRequestWish = { title?: string | undefined; body?: string | undefined; draft: boolean; push: boolean }

type Tool = 'gh' | 'glab'
type Wanted = PullRequestWish & { folder: string; branch: string; base: string; site: RemoteSite | null }

const pushMs = 5 * 60_000
const toolMs = 120_000

/**
 * Opens a pull request for the branch of a worktree, with `gh` or `glab`; pushes it first where that is asked for. Without the tool it answers the
 * address to open one at. Throws STATE_CONFLICT with what to do before, GIT_FAILED with what a push or the tool said. `env`: the user's own.
 */
export async function openPullRequest(
  git: RepoGit,
  facts: GitFacts,
  wish: PullRequestWish,
  env: Record<string, string>,
): Promise<PullRequest> {
  const { path: folder, branch, base, head, ahead, missing, problem } = facts
  if (missing) throw conflict('The worktree is missing. Create it again first.')
  if (problem) throw conflict(problem.message)
  if (branch === null || head === null) throw conflict('No branch is checked out in the worktree. Check out its branch first.')
  if (base === null) throw conflict('The base branch is unknown. Open the pull request on the host’s website.')
  if (ahead === 0) throw conflict(`Nothing to open: ${base} has all of its commits. Commit something first.`)
  const remote = await remoteOf(git, folder, branch)
  if (remote === null)
    throw conflict(
      'The repository has no remote, so there is nowhere to open a pull request. Add one with git remote add origin <address>.',
    )
  await bringThere(git, facts, remote, branch, wish.push)
  const site = readRemote((await git.maybe(folder, ['remote', 'get-url', remote])) ?? '')
  const into = base.startsWith(`${remote}/`) ? base.slice(remote.length + 1) : base
  return open({ ...wish, folder, branch, base: into, site }, env)
}

/** The remote that the branch goes to; null where there is none. */
async function remoteOf(git: RepoGit, folder: string, branch: string): Promise<string | null> {
  const remotes = (await git.text(folder, ['remote'], 'list the remotes')).split('\n').filter((name) => name !== '')
  const own =
    (await git.maybe(folder, ['config', `branch.${branch}.pushRemote`])) ?? (await git.maybe(folder, ['config', 'remote.pushDefault']))
  return remotes.find((name) => name === own) ?? remotes.find((name) => name === 'origin') ?? remotes[0] ?? null
}

async function bringThere(
  git: RepoGit,
  { path, upstream, unsaved, head }: GitFacts,
  remote: string,
  branch: string,
  push: boolean,
): Promise<void> {
  const there = await git.maybe(path, ['rev-parse', '--verify', '--quiet', `refs/remotes/${remote}/${branch}`])
  if (there !== null && there === head) return
  if (!push) {
    const count = there === null ? 0 : (upstream?.ahead ?? unsaved.total)
    const what = there === null || count === 0 ? `The branch ${branch} is` : `${commits(count)} ${are(count)}`
    throw conflict(`${what} not pushed to ${remote} yet. Push first, or ask for it with the pull request.`, { push: true })
  }
  const asked = ['push', '--set-upstream', remote, `refs/heads/${branch}:refs/heads/${branch}`]
  const { code, out, err } = await git.reply(path, asked, { purpose: 'user', timeoutMs: pushMs })
  if (code === 0) return
  if (/\[rejected\]|non-fast-forward|fetch first/i.test(err))
    throw conflict(`${remote} has commits of ${branch} that are not here. Pull them in the worktree, then try again.`)
  if (/could not read Username|Authentication failed|Permission denied \(publickey|terminal prompts disabled/i.test(err)) {
    const message = `${remote} did not let git push: it is not signed in there. Push once in a terminal (git push -u ${remote} ${branch}), then try again. It said: ${saidIn(err)}`
    throw new AppError('GIT_FAILED', message)
  }
  throw gitRefusal(`${out}\n${err}`, 'push', path)
}

async function open(wanted: Wanted, env: Record<string, string>): Promise<PullRequest> {
  const tool = toolFor(wanted.site)
  const ran = tool === null ? null : await run(tool, wanted, env)
  if (ran !== null) return ran
  const url = wanted.site === null ? null : compareAddress(wanted.site, wanted.base, wanted.branch)
  if (url === null)
    throw conflict('The branch is pushed, but its host is not one that Bullpen knows. Open the pull request there.', { pushed: true })
  const missing = tool === null ? '' : `${tool} is not installed. `
  return { state: 'compare', url, tool: null, message: `${missing}Open this address to create the pull request.` }
}

function toolFor(site: RemoteSite | null): Tool | null {
  if (site?.kind === 'github') return 'gh'
  return site?.kind === 'gitlab' ? 'glab' : null
}

/** Null where the tool is not there. */
async function run(tool: Tool, wanted: Wanted, env: Record<string, string>): Promise<PullRequest | null> {
  const { exitCode, failed, code, stdout, stderr } = await execa(tool, argumentsFor(tool, wanted), {
    cwd: wanted.folder,
    env: { ...env, GH_PROMPT_DISABLED: '1', GLAB_NO_PROMPT: '1', NO_COLOR: '1' },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: toolMs,
    maxBuffer: 1_000_000,
    windowsHide: true,
  })
  if (code === 'ENOENT') return null
  const said = `${stdout}\n${stderr}`
  const url = /https:\/\/[^\s"'<>]+\/(?:pull|merge_requests)\/\d+/.exec(said)?.[0]
  if (!failed && exitCode === 0 && url !== undefined) return { state: 'opened', url, tool, message: 'The pull request is open.' }
  if (url !== undefined && /already exists/i.test(said))
    return { state: 'exists', url, tool, message: 'There is a pull request for this branch already.' }
  if (/auth login|not logged in|authentication/i.test(said))
    throw new AppError('GIT_FAILED', `${tool} is not signed in. Run ${tool} auth login in a terminal, then try again.`)
  throw new AppError('GIT_FAILED', `${tool} did not open the pull request. It said: ${saidIn(said) || 'nothing'}`)
}

function argumentsFor(tool: Tool, { branch, base, title, body, draft }: Wanted): string[] {
  const draftFlag = draft ? ['--draft'] : []
  const words = title === undefined ? ['--fill'] : ['--title', title]
  if (tool === 'gh') {
    const text = title === undefined ? [] : ['--body', body ?? '']
    return ['pr', 'create', '--head', branch, '--base', base, ...words, ...text, ...draftFlag]
  }
  const text = title === undefined ? [] : ['--description', body ?? '']
  return ['mr', 'create', '--source-branch', branch, '--target-branch', base, ...words, ...text, ...draftFlag, '--yes']
}

function conflict(message: string, data: Record<string, unknown> = {}): AppError {
  return new AppError('STATE_CONFLICT', message, { data })
}
