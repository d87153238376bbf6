import { GitBranch } from 'lucide-react'
import { useEffect } from 'react'
import type { GitState } from '../../../shared/domain/changes.ts'
import { copyEntry, openEntries } from '../../commands/open-actions.ts'
import { useGitState } from '../../state/git-store.ts'
import { loadOpeners, useOpeners } from '../../state/openers-store.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { branchWords, gitFacts, uncommittedOf } from '../../words/changes-words.ts'
import { clippedWords } from '../../words/clip-text.ts'
import './git-menu.css'

const longestBranch = 60

/** Branch and state of the folder that a conversation works in, and the ways to it. */
export function GitMenu({ conversationId }: { conversationId: string }) {
  const git = useGitState(conversationId)
  const cwd = usePool((state) => state.conversations.get(conversationId)?.cwd ?? null)
  const isChanges = useUi(({ screen }) => screen.name === 'changes')
  // Its menu names them.
  useOpeners((state) => state.openers)
  useEffect(loadOpeners, [])
  if (git === null) return null
  const branch = git.available ? visibleText(clippedWords(branchWords(git), longestBranch)) : 'Folder'
  const facts = git.available ? gitFacts(git) : []
  const words = [git.available ? `${git.branch === null ? 'Commit' : 'Branch'} ${branch}` : 'Folder', ...facts].join(', ')
  const entries: MenuEntry[] = [
    ...(isChanges
      ? []
      : [{ id: 'changes', label: 'Changes', hint: 'What this conversation changed', run: () => showChanges(conversationId) }]),
    ...openEntries({ conversationId }),
    'line',
    ...(cwd === null ? [] : [copyEntry(cwd, 'Copy folder path')]),
    ...(git.branch === null ? [] : [copyEntry(git.branch, 'Copy branch name')]),
  ]
  return (
    <ButtonMenu entries={entries}>
      <button type="button" className="git-menu" title={titleOf(git, words)}>
        <GitBranch size={13} strokeWidth={1.75} aria-hidden />
        {git.available && <span className="sr-only">{git.branch === null ? 'Commit ' : 'Branch '}</span>}
        <span className="git-branch" dir="ltr">
          {branch}
        </span>
        {git.available && <GitSigns git={git} />}
        {facts.length > 0 && <span className="sr-only">, {facts.join(', ')}</span>}
      </button>
    </ButtonMenu>
  )
}

/** The same in short: a dot and the files that are not committed, arrows for commits ahead and behind. */
function GitSigns({ git }: { git: GitState }) {
  const { operation, ahead, behind } = git
  const uncommitted = uncommittedOf(git)
  const signs = [
    ...(operation === null ? [] : gitFacts(git).slice(0, 1)),
    ...(uncommitted ? [`•${uncommitted.toLocaleString('en-US')}`] : []),
    ...(ahead ? [`↑${ahead.toLocaleString('en-US')}`] : []),
    ...(behind ? [`↓${behind.toLocaleString('en-US')}`] : []),
  ]
  return signs.length === 0 ? null : <span className="git-facts figure">{signs.join(' ')}</span>
}

/** Opens what a conversation changed since it began. */
export function showChanges(id: string): void {
  ui.go({ name: 'changes', id })
}

function titleOf({ note, upstream, root, worktreeOf }: GitState, words: string): string {
  const lines = [words, note, upstream && `Upstream: ${upstream}`, worktreeOf && `A worktree of ${worktreeOf}`, root]
  return visibleText(lines.filter((line) => line !== null && line !== '').join('\n')).slice(0, 600)
}
