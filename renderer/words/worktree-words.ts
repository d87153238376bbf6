import type { Instance } from '../../shared/domain/instance.ts'
import type { WorktreeState } from '../../shared/domain/worktree.ts'
import { plural } from './figures.ts'

/** How a worktree is, in a few facts; the most pressing first. */
export function worktreeFacts(state: WorktreeState): string[] {
  const { missing, operation, uncommitted, unsaved, ahead, behind, merged, conflicts, upstream, base, head, problem } = state
  if (missing) return ['Missing']
  if (problem) return ['Can’t be read']
  const target = base ?? 'its base'
  const facts = [
    operation === null ? null : operation === 'am' ? 'git am in progress' : `${capital(operation)} in progress`,
    uncommitted.total > 0 ? `${plural(uncommitted.total, 'uncommitted file')}` : null,
    ahead === null || ahead === 0 ? null : merged ? `Merged into ${target}` : `${plural(ahead, 'commit')} ahead of ${target}`,
    ahead === 0 && behind === 0 && head !== null ? `Same as ${target}` : null,
    behind === null || behind === 0 ? null : `${behind.toLocaleString('en-US')} behind`,
    conflicts.total > 0 ? `Conflicts in ${plural(conflicts.total, 'file')}` : null,
    remoteWords(upstream, unsaved.total),
  ]
  return facts.filter((fact) => fact !== null)
}

function remoteWords(upstream: WorktreeState['upstream'], unsaved: number): string | null {
  if (upstream?.gone) return 'Remote branch deleted'
  if (upstream && upstream.ahead > 0) return `${plural(upstream.ahead, 'commit')} not pushed`
  if (upstream) return 'Pushed'
  return unsaved > 0 ? 'Not pushed' : null
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What the facts of a conversation say of the worktree that it works in; null where it works in none. */
export function worktreeFact(instance: Pick<Instance, 'worktree'> | null, cwd: string | null): string | null {
  const worktree = instance?.worktree
  if (!worktree || (cwd !== null && !isIn(cwd, worktree.path))) return null
  if (worktree.removedAt !== undefined) return 'worktree removed'
  const { setup } = worktree
  if (setup?.state === 'running' || setup?.state === 'waiting') return 'worktree · setup running'
  return setup?.state === 'failed' ? 'worktree · setup failed' : 'worktree'
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)
}

/** Instances that work in the same folder, in one sentence. */
export function sharedFolderWords(names: readonly string[]): string {
  const [first = '', ...rest] = names
  const who = rest.length === 0 ? `${first} works` : `${first} and ${plural(rest.length, 'other')} work`
  return `${who} in this folder too. They can overwrite each other’s changes.`
}
