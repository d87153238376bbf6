import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

/** Why a worktree is not removed, with the work that would be lost; nothing where it can be. */
export function NotSaved({ state }: { state: WorktreeState }) {
  const { cannotRemove, uncommitted, unsaved } = state
  if (cannotRemove === null) return null
  return (
    <div className="worktree-lost" role="alert">
      <p className="problem">{cannotRemove}</p>
      <Names label="Not committed" names={uncommitted.items.map(({ path }) => path)} total={uncommitted.total} />
      <Names label="Not merged or pushed" names={unsaved.items.map(({ subject }) => subject)} total={unsaved.total} />
    </div>
  )
}

/** What git ignores and goes with the worktree. */
export function Ignored({ state: { ignored } }: { state: WorktreeState }) {
  if (ignored.total === 0) return null
  return (
    <div className="worktree-lost">
      <p>Files that git ignores are deleted too:</p>
      <Names label="Ignored" names={ignored.items} total={ignored.total} />
    </div>
  )
}

function Names({ label, names, total }: { label: string; names: readonly string[]; total: number }) {
  if (total === 0) return null
  return (
    <ul aria-label={label}>
      <SomeItems items={names} first={8} name="more">
        {(name, place) => (
          <li key={place} dir="auto">
            <VisibleText text={name.slice(0, 300)} />
          </li>
        )}
      </SomeItems>
      {total > names.length && <li>… {(total - names.length).toLocaleString('en-US')} more</li>}
    </ul>
  )
}
