import type { Git } from '../git/git.ts'

export type GitOn = { folder: string; branch?: string | undefined }

export type GitMark = { branch: string; commit: string }

export type GitNews = {
  from: string
  to: string
  /** What was seen before is not in the branch any more. */
  isForced: boolean
  count: number
  /** The newest first, at most fifty. */
  commits: { id: string; author: string; subject: string; at: string }[]
}

const mostCommits = 50
const mostCounted = 10_000
const fields = ['%H', '%an', '%s', '%cI'].join('%x00')

/** Where a branch is; null: it is not there, or has no commit; `detached`: none is checked out. Throws what git says. */
export async function branchHead(git: Git, { folder, branch }: GitOn): Promise<GitMark | 'detached' | null> {
  const name = branch ?? (await git.line(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: folder }))
  if (name === null) return 'detached'
  const commit = await git.line(['rev-parse', '--quiet', '--verify', '--end-of-options', `refs/heads/${name}^{commit}`], { cwd: folder })
  return commit === null ? null : { branch: name, commit }
}

/** What has come to a branch that went from one commit to another. */
export async function newsBetween(git: Git, { folder, from, to }: { folder: string; from: string; to: string }): Promise<GitNews> {
  const run = { cwd: folder }
  const isKnown = (await git.line(['cat-file', '-t', from], run)) === 'commit'
  const range = isKnown ? [`${from}..${to}`] : ['-n', '1', to]
  const isForced = !isKnown || (await git.run(['merge-base', '--is-ancestor', from, to], run)).code !== 0
  const counted = await git.line(['rev-list', '--count', `--max-count=${mostCounted}`, ...range], run)
  const said = await git.output(['log', '-z', `--max-count=${mostCommits}`, `--format=tformat:${fields}`, ...range, '--'], run)
  return { from, to, isForced, count: Number(counted ?? 0), commits: commitsIn(said.toString('utf8')) }
}

function commitsIn(said: string): GitNews['commits'] {
  const texts = said.split('\0')
  const commits: GitNews['commits'] = []
  for (let at = 0; at + 3 < texts.length; at += 4) {
    const [id = '', author = '', subject = '', time = ''] = texts.slice(at, at + 4)
    commits.push({ id, author, subject, at: time })
  }
  return commits
}
