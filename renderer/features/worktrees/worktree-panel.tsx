import { GitBranch, TriangleAlert } from 'lucide-react'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { Worktree, WorktreeState } from '../../../shared/domain/worktree.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { shortPath } from '../../words/figures.ts'
import { worktreeFacts } from '../../words/worktree-words.ts'
import { SetupRun } from './setup-run.tsx'
import { useWorktree } from './use-worktree.ts'
import './worktrees.css'

/** The worktree that was made for an instance: its branch, how it stands, and what can be done with it. Nothing for one that has none. */
export function WorktreePanel({ instance }: { instance: Instance }) {
  const { state, problem, read } = useWorktree(instance)
  const { worktree } = instance
  if (!worktree) return null
  return (
    <section className="worktree-panel" aria-label="Worktree">
      <h2 className="instance-section">
        Worktree
        <Button small variant="quiet" onClick={read}>
          Refresh
        </Button>
      </h2>
      {state?.missing && <Missing id={instance.id} state={state} onDone={read} />}
      <Head worktree={worktree} state={state} />
      {worktree.setup && <SetupRun instanceId={instance.id} setup={worktree.setup} />}
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      {state && <Notes worktree={worktree} state={state} />}
      {state && !state.missing && <Acts id={instance.id} state={state} />}
    </section>
  )
}

function Head({ worktree, state }: { worktree: Worktree; state: WorktreeState | null }) {
  const home = usePool((pool) => pool.health?.platform.home ?? null)
  const branch = state === null || state.missing ? worktree.branch : (state.branch ?? 'no branch')
  return (
    <div className="worktree-head">
      <GitBranch size={15} strokeWidth={1.75} aria-hidden />
      <div>
        <p>
          <code dir="auto">
            <VisibleText text={branch.slice(0, 200)} />
          </code>{' '}
          <span>from</span>{' '}
          <code dir="auto">
            <VisibleText text={worktree.base.slice(0, 200)} />
          </code>
        </p>
        <output className="worktree-state">{state === null ? 'Reading…' : worktreeFacts(state).join(' · ')}</output>
        <p className="worktree-place" dir="auto">
          <VisibleText text={shortPath(worktree.path, { home })} />
        </p>
      </div>
    </div>
  )
}

/** What is to be known: what git could not read, what conflicts, what is not committed, what was not copied, others of Claude's. */
function Notes({ worktree, state }: { worktree: Worktree; state: WorktreeState }) {
  const byClaude = state.others.filter((one) => one.byClaude)
  return (
    <>
      {state.problem && <p className="problem">{state.problem.message}</p>}
      <Paths title="Conflicts" name="files" paths={state.conflicts.items} total={state.conflicts.total} />
      <Paths title="Not committed" name="files" paths={state.uncommitted.items.map(({ path }) => path)} total={state.uncommitted.total} />
      {worktree.notCopied.length > 0 && (
        <Paths
          title="Not copied"
          name="files"
          paths={worktree.notCopied.map(({ path, reason }) => `${path}: ${reason}`)}
          total={worktree.notCopied.length}
        />
      )}
      <Paths
        title="Made by Claude"
        name="worktrees"
        paths={byClaude.map(({ path, branch }) => (branch === null ? path : `${branch} · ${path}`))}
        total={byClaude.length}
      />
    </>
  )
}

type PathsProps = { title: string; name: string; paths: readonly string[]; total: number }

function Paths({ title, name, paths, total }: PathsProps) {
  if (total === 0) return null
  return (
    <details className="worktree-paths">
      <summary>
        {title} ({total.toLocaleString('en-US')})
      </summary>
      <ul>
        <SomeItems items={paths} first={20} name={name}>
          {(path) => (
            <li key={path} dir="auto">
              <VisibleText text={path.slice(0, 400)} />
            </li>
          )}
        </SomeItems>
        {total > paths.length && <li>… {(total - paths.length).toLocaleString('en-US')} more</li>}
      </ul>
    </details>
  )
}

function Acts({ id, state }: { id: string; state: WorktreeState }) {
  return (
    <ul className="life">
      <li>
        <Button
          small
          disabled={state.cannotMerge !== null}
          aria-describedby="worktree-merge"
          onClick={() => ui.openDialog({ name: 'merge-worktree', id })}
        >
          Merge…
        </Button>
        <span id="worktree-merge">{state.cannotMerge ?? `Merges into ${state.base ?? 'its base'}; nothing conflicts`}</span>
      </li>
      <li>
        <Button small aria-describedby="worktree-request" onClick={() => ui.openDialog({ name: 'pull-request', id })}>
          Pull request…
        </Button>
        <span id="worktree-request">Opens a pull request for {state.branch ?? 'its branch'}</span>
      </li>
      <li>
        <Button small aria-describedby="worktree-remove" onClick={() => ui.openDialog({ name: 'remove-worktree', id })}>
          Remove…
        </Button>
        <span id="worktree-remove">{state.cannotRemove ?? 'Deletes its folder; the branch stays'}</span>
      </li>
    </ul>
  )
}

function Missing({ id, state, onDone }: { id: string; state: WorktreeState; onDone: () => void }) {
  const restore = () => attempt(client.worktrees.restore({ id }).then(onDone))
  return (
    <section className="instance-notice" aria-label="Missing worktree">
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden />
      <div>
        <h3>The worktree is missing</h3>
        <p>{state.cannotRestore ?? `Its branch ${state.worktree?.branch ?? ''} is still there.`}</p>
        <div className="instance-acts">
          {state.cannotRestore === null && (
            <Button small variant="primary" onClick={restore}>
              Create the worktree again
            </Button>
          )}
          <Button small onClick={() => ui.openDialog({ name: 'edit-instance', id })}>
            Choose another folder…
          </Button>
        </div>
      </div>
    </section>
  )
}
