import { TriangleAlert } from 'lucide-react'
import type { RepositoryFacts } from '../../../shared/domain/worktree.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { shortPath } from '../../words/figures.ts'
import { sharedFolderWords } from '../../words/worktree-words.ts'
import { useRepository } from './use-repository.ts'
import { usualFor, type WorktreeForm, type WorktreeProblem } from './worktree-form.ts'
import './worktrees.css'

export type WorktreeFieldsProps = {
  /** The folder that was chosen, and the name of the instance: its branch is named after it. */
  cwd: string
  name: string
  form: WorktreeForm
  problem: WorktreeProblem | null
  change: (part: Partial<WorktreeForm>) => void
}

/** Whether a new instance gets a worktree of its own, and which; warns where it would share its folder with another. */
export function WorktreeFields({ cwd, name, form, problem, change }: WorktreeFieldsProps) {
  const facts = useRepository(cwd, name, form.branch)
  const instances = usePool((state) => state.instances)
  const cannot = reasonOf(facts)
  const turn = (on: boolean) => {
    const usual = on && facts && form.setup === '' && form.copy === '' ? usualFor(facts, instances.values()) : {}
    change({ on, ...usual })
  }
  const shares = facts !== null && !form.on && facts.instances.length > 0
  return (
    <section className="worktree-fields" aria-label="Worktree">
      <div className="switch-row">
        <Switch id="worktree-on" aria-describedby="worktree-words" checked={form.on} onChange={turn} />
        <label htmlFor="worktree-on">In a worktree of its own</label>
      </div>
      <p id="worktree-words" className="field-hint">
        {form.on && cannot !== null ? (
          <span className="field-problem">{cannot}</span>
        ) : (
          (cannot ?? 'Its own branch and folder, so its changes don’t mix with others.')
        )}
      </p>
      {shares && (
        <output className="form-warning">
          <TriangleAlert size={15} strokeWidth={1.75} aria-hidden />
          <span>{sharedFolderWords(facts.instances.map((one) => one.name))}</span>
          {cannot === null && (
            <Button small onClick={() => turn(true)}>
              Use a worktree
            </Button>
          )}
        </output>
      )}
      {form.on && <Wanted form={form} facts={facts} problem={problem} change={change} />}
    </section>
  )
}

/** Why there can be no worktree. That the folder is missing is said at its own field. */
function reasonOf(facts: RepositoryFacts | null): string | null {
  const problem = facts?.problem ?? null
  return problem === null || problem.code === 'FOLDER_MISSING' ? null : problem.message
}

type WantedProps = Pick<WorktreeFieldsProps, 'form' | 'problem' | 'change'> & { facts: RepositoryFacts | null }

function Wanted({ form, facts, problem, change }: WantedProps) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const of = (field: WorktreeProblem['field']) => (problem?.field === field ? problem.message : null)
  const place = facts?.suggested ? `Folder: ${shortPath(facts.suggested.path, { home })}` : undefined
  const unused = (facts?.ignoredFiles ?? []).filter((path) => !form.copy.split('\n').includes(path)).slice(0, 4)
  return (
    <div className="worktree-wanted">
      <div className="field-pair">
        <Field label="Branch" hint={place} problem={of('branch')}>
          {(props) => (
            <input
              className="input input-code"
              value={form.branch}
              placeholder={facts?.suggested?.branch ?? ''}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => change({ branch: event.target.value })}
              {...props}
            />
          )}
        </Field>
        <Field label="Start from" hint="A branch, tag or commit." problem={of('base')}>
          {(props) => (
            <input
              className="input input-code"
              list="worktree-bases"
              value={form.base}
              placeholder={facts?.branch ?? 'What is checked out'}
              spellCheck={false}
              onChange={(event) => change({ base: event.target.value })}
              {...props}
            />
          )}
        </Field>
        <datalist id="worktree-bases">
          {(facts?.branches ?? []).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
      </div>
      <Field label="Setup command" hint="Runs once in the new folder, before Claude starts." problem={of('setup')}>
        {(props) => (
          <input
            className="input input-code"
            value={form.setup}
            placeholder="npm install"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ setup: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <Field label="Files to copy" hint="Files that git ignores, one per line. Patterns such as .env* work too." problem={of('copy')}>
        {(props) => (
          <textarea
            className="input input-code"
            rows={2}
            value={form.copy}
            placeholder=".env"
            spellCheck={false}
            onChange={(event) => change({ copy: event.target.value })}
            {...props}
          />
        )}
      </Field>
      {unused.length > 0 && (
        <div className="worktree-offers">
          {unused.map((path) => (
            <Button key={path} small onClick={() => change({ copy: [form.copy.trimEnd(), path].filter(Boolean).join('\n') })}>
              Add <bdi>{path.slice(0, 40)}</bdi>
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}
