import { useState } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { usePool } from '../../state/pool-store.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { shortPath } from '../../words/figures.ts'
import { Ignored, NotSaved } from './what-goes.tsx'
import { useWorktree } from './use-worktree.ts'
import './worktrees.css'

/** What happens to the worktree of an instance that is removed, and to what git ignores in it. */
export type Fate = { worktree?: 'keep' | 'remove'; ignored?: 'keep' | 'remove' }

type RemoveWithWorktreeProps = { instance: Instance; words: string; remove: (fate: Fate) => Promise<void> }

/** Asks what happens to the worktree of an instance that is removed. */
export function RemoveWithWorktree({ instance, words, remove }: RemoveWithWorktreeProps) {
  const { name, worktree } = instance
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { state } = useWorktree(instance)
  const [fate, setFate] = useState<'keep' | 'remove'>('keep')
  const ignored = state !== null && state.ignored.total > 0 ? ('remove' as const) : ('keep' as const)
  return (
    <FormDialog
      title={`Remove ${name}?`}
      description={words}
      action={fate === 'remove' ? 'Remove both' : `Remove ${name}`}
      danger
      ready={fate === 'keep' || (state !== null && state.cannotRemove === null)}
      run={() => remove({ worktree: fate, ignored: fate === 'remove' ? ignored : 'keep' })}
    >
      <fieldset className="worktree-fate">
        <legend>Its worktree in {shortPath(worktree?.path ?? '', { home })}</legend>
        <label>
          <input type="radio" name="fate" checked={fate === 'keep'} onChange={() => setFate('keep')} /> Keep the folder and its branch
        </label>
        <label>
          <input type="radio" name="fate" checked={fate === 'remove'} onChange={() => setFate('remove')} /> Delete the folder; the branch
          stays
        </label>
      </fieldset>
      {fate === 'remove' && state !== null && <NotSaved state={state} />}
      {fate === 'remove' && state !== null && state.cannotRemove === null && <Ignored state={state} />}
    </FormDialog>
  )
}
