import type { Instance } from '../../../shared/domain/instance.ts'
import type { RepositoryFacts, WorktreeRequest } from '../../../shared/domain/worktree.ts'

/** A worktree as the form of a new instance holds it: everything as it is typed. */
export type WorktreeForm = { on: boolean; branch: string; base: string; setup: string; copy: string }
export type WorktreeField = 'branch' | 'base' | 'setup' | 'copy'
export type WorktreeProblem = { field: WorktreeField; message: string }

export const emptyWorktree: WorktreeForm = { on: false, branch: '', base: '', setup: '', copy: '' }

/** What is asked for; null: no worktree. */
export function requestOf({ on, branch, base, setup, copy }: WorktreeForm): WorktreeRequest | null {
  if (!on) return null
  const lines = copy.split('\n').map((line) => line.trim())
  return {
    ...some('branch', branch),
    ...some('base', base),
    ...some('setup', setup),
    copy: lines.filter((line) => line !== ''),
  }
}

/** A failure of the core about `worktree.…` as a problem of the form; null where it is about something else. */
export function worktreeProblemAt(field: string, words: string): WorktreeProblem | null {
  const [, name] = /^worktree\.(branch|base|setup|copy)\b/.exec(field) ?? []
  if (name !== 'branch' && name !== 'base' && name !== 'setup' && name !== 'copy') return null
  return { field: name, message: words.startsWith(`${field}: `) ? words.slice(field.length + 2) : words }
}

/** What one would begin with in this repository: the set-up of its latest worktree, and the environment files that git ignores. */
export function usualFor(facts: RepositoryFacts, instances: Iterable<Instance>): Pick<WorktreeForm, 'setup' | 'copy'> {
  const made = [...instances].filter(({ worktree }) => worktree !== undefined && worktree.repository === facts.repository)
  const latest = made.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).find(({ worktree }) => worktree?.setup)
  const modules = facts.submodules ? 'git submodule update --init --recursive' : ''
  return {
    setup: latest?.worktree?.setup?.command ?? modules,
    copy: facts.ignoredFiles.filter((path) => path.startsWith('.env')).join('\n'),
  }
}

function some<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  if (value.trim() !== '') found[key] = value.trim()
  return found
}
