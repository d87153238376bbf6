import { useState } from 'react'
import type { PullRequest, WorktreeState } from '../../../shared/domain/worktree.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { plural, shortPath } from '../../words/figures.ts'
import { Ignored, NotSaved } from './what-goes.tsx'
import { useWorktree } from './use-worktree.ts'
import './worktrees.css'

/** Merges the branch of a worktree into its base. */
export function MergeWorktreeDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const { state, problem } = useWorktree(instance)
  if (!instance?.worktree) return null
  const { branch, base } = instance.worktree
  return (
    <FormDialog
      title={`Merge ${branch} into ${base}`}
      action="Merge"
      ready={state !== null && state.cannotMerge === null}
      run={async () => {
        await client.worktrees.merge({ id })
        toast(`${branch} is merged into ${base}.`)
      }}
    >
      {problem !== null && <p className="problem">{problem}</p>}
      <p>{state === null ? 'Checking…' : mergeWords(state)}</p>
    </FormDialog>
  )
}

function mergeWords({ cannotMerge, ahead, base, repository }: WorktreeState): string {
  if (cannotMerge !== null) return cannotMerge
  return `${plural(ahead ?? 0, 'commit')} will be merged into ${base ?? 'its base'} of ${repository}. Nothing conflicts. Your git hooks run.`
}

/** Opens a pull request for the branch of a worktree; without `gh` and `glab` it shows where to open one. */
export function PullRequestDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const { state } = useWorktree(instance)
  const [form, setForm] = useState({ title: '', body: '', draft: false })
  const [opened, setOpened] = useState<PullRequest | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isWorking, setIsWorking] = useState(false)
  if (!instance?.worktree) return null
  if (opened) return <Opened request={opened} />
  const { branch, base } = instance.worktree
  const submit = async () => {
    setProblem(null)
    setIsWorking(true)
    const title = form.title.trim()
    try {
      setOpened(
        await client.worktrees.pullRequest({ id, draft: form.draft, push: true, ...(title === '' ? {} : { title, body: form.body }) }),
      )
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setIsWorking(false)
    }
  }
  const footer = (
    <>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="primary" disabled={isWorking} onClick={() => void submit()}>
        Push and open
      </Button>
    </>
  )
  return (
    <Dialog
      title="Open a pull request"
      description={`${branch} is pushed, then a pull request into ${base} is opened.`}
      onClose={ui.closeDialog}
      footer={footer}
    >
      {state !== null && state.uncommitted.total > 0 && (
        <p className="worktree-note">{plural(state.uncommitted.total, 'uncommitted file')} won’t be part of it.</p>
      )}
      <Field label="Title" hint="Leave empty to use the commit messages.">
        {(props) => (
          <input
            className="input"
            value={form.title}
            maxLength={300}
            onChange={(event) => setForm({ ...form, title: event.target.value })}
            {...props}
          />
        )}
      </Field>
      {form.title.trim() !== '' && (
        <Field label="Description">
          {(props) => (
            <textarea
              className="input"
              rows={4}
              value={form.body}
              onChange={(event) => setForm({ ...form, body: event.target.value })}
              {...props}
            />
          )}
        </Field>
      )}
      <label className="worktree-tick">
        <input type="checkbox" checked={form.draft} onChange={(event) => setForm({ ...form, draft: event.target.checked })} />
        As a draft
      </label>
    </Dialog>
  )
}

function Opened({ request: { state, url, message } }: { request: PullRequest }) {
  const footer = (
    <Button variant="primary" onClick={ui.closeDialog}>
      Done
    </Button>
  )
  return (
    <Dialog title={state === 'compare' ? 'Almost there' : 'Pull request'} onClose={ui.closeDialog} footer={footer}>
      <p>{message}</p>
      <p>
        <a className="worktree-link" href={url} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">
          <VisibleText text={url} />
        </a>
      </p>
    </Dialog>
  )
}

/** Removes the worktree of an instance, once it is said what goes with it. */
export function RemoveWorktreeDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { state, problem } = useWorktree(instance)
  if (!instance?.worktree) return null
  const { branch, path } = instance.worktree
  return (
    <FormDialog
      title="Remove the worktree"
      description={`${shortPath(path, { home })} is deleted and the process of ${instance.name} ends. The branch ${branch} stays.`}
      action="Remove worktree"
      danger
      ready={state !== null && state.cannotRemove === null}
      run={() => client.worktrees.remove({ id, ignored: state !== null && state.ignored.total > 0 ? 'remove' : 'keep' })}
    >
      {problem !== null && <p className="problem">{problem}</p>}
      {state === null && <p>Checking…</p>}
      {state !== null && <NotSaved state={state} />}
      {state !== null && state.cannotRemove === null && <Ignored state={state} />}
    </FormDialog>
  )
}
