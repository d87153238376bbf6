import { ArrowLeft } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { RecipeCheck } from '../../../shared/domain/saved-recipe.ts'
import { usePool } from '../../state/pool-store.ts'
import { loadRecipes, useRecipes } from '../../state/recipe-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { plural } from '../../words/figures.ts'
import { CodeEditor, type CodeEditorHandle } from './code-editor.tsx'
import { FaultRows } from './fault-rows.tsx'
import { GraphView } from './graph-view.tsx'
import { editNew, useTaskFile } from './new-recipe.ts'
import { freeName, renamed } from './pattern-text.ts'
import { forgetDraft } from './recipe-draft.ts'
import { RecipeNotices } from './recipe-notices.tsx'
import { useCheck } from './use-check.ts'
import { useRecipeText } from './use-recipe-text.ts'
import { useSaving } from './use-saving.ts'
import '../../ui/page.css'
import './recipes.css'

/** A recipe as text, with what is wrong with it and its steps beside. `name`: null for one that is new. */
export function RecipeScreen({ name }: { name: string | null }) {
  const editor = useRef<CodeEditorHandle>(null)
  const recipe = useRecipeText(name, (text) => editor.current?.replace(text))
  const saving = useSaving(name, recipe)
  const { checked, check } = useCheck()
  const known = useKnown()
  const { state, write, useSaved: takeSaved } = recipe
  const { first, saved, conflict } = state
  useEffect(() => {
    if (first !== null) check(first)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what it begins with; later texts are checked as they are written
  }, [first])
  const onChange = (text: string) => {
    write(text)
    check(text)
  }
  const toLine = useCallback((line: number) => editor.current?.goToLine(line), [])
  const isOurs = saved?.place === 'bullpen'
  const save = () => {
    if (!isOurs && (state.dirty || saved === null)) void saving.save()
  }
  if (first === null) return <Reading problem={state.problem} />
  const discard = () => {
    forgetDraft(name)
    useTaskFile.setState({ file: null })
    if (saved) takeSaved(saved)
    else ui.go({ name: 'new-run' })
  }
  return (
    <main className="recipe">
      <Head name={name} recipe={recipe} saving={saving} onDiscard={discard} />
      <RecipeNotices
        state={state}
        isNew={name === null}
        onKeepMine={() => void saving.saveOver()}
        onUseTheirs={() => (conflict === null || conflict === 'gone' ? discard() : takeSaved(conflict))}
        onDiscard={discard}
      />
      <div className="recipe-columns">
        <CodeEditor
          ref={editor}
          label="Recipe"
          text={first}
          readOnly={isOurs}
          faults={checked?.faults ?? none}
          known={known}
          onChange={onChange}
          onSave={save}
        />
        <Beside checked={checked} onLine={toLine} />
      </div>
    </main>
  )
}

const none = [] as const

function Reading({ problem }: { problem: string | null }) {
  if (problem === null) return <main className="page" aria-busy="true" />
  return (
    <main className="page">
      <div className="page-empty">
        <h1>This recipe can’t be shown</h1>
        <p>{problem}</p>
        <Button onClick={() => ui.go({ name: 'new-run' })}>All recipes</Button>
      </div>
    </main>
  )
}

type HeadProps = {
  name: string | null
  recipe: ReturnType<typeof useRecipeText>
  saving: ReturnType<typeof useSaving>
  onDiscard: () => void
}

function Head({ name, recipe: { state, now }, saving, onDiscard }: HeadProps) {
  const { saved, dirty } = state
  const isOurs = saved?.place === 'bullpen'
  const run = async () => {
    const ready = dirty || saved === null ? await saving.save() : saved
    if (ready) ui.go({ name: 'new-run', recipe: ready.name })
  }
  return (
    <div className="recipe-head">
      <IconButton label="All recipes" icon={ArrowLeft} onClick={() => ui.go({ name: 'new-run' })} />
      <h1>{name ?? 'New recipe'}</h1>
      <span className="recipe-state">{isOurs ? 'Comes with Bullpen · read-only' : dirty || saved === null ? 'Not saved' : 'Saved'}</span>
      <div className="recipe-acts">
        {isOurs && saved ? (
          <Button onClick={() => copy(saved.name, saved.text)}>Copy and edit</Button>
        ) : (
          <>
            {saved ? (
              <Button variant="quiet" onClick={() => askRemove(saving.remove)}>
                Delete
              </Button>
            ) : (
              <Button variant="quiet" onClick={onDiscard}>
                Discard
              </Button>
            )}
            <Button disabled={saving.busy || (!dirty && saved !== null)} onClick={() => void saving.save()}>
              Save
            </Button>
          </>
        )}
        <Button variant="primary" disabled={saving.busy || now.current.trim() === ''} onClick={() => void run()}>
          {dirty || saved === null ? 'Save and run…' : 'Run…'}
        </Button>
      </div>
    </div>
  )
}

function askRemove(remove: () => Promise<void>): void {
  toast('Delete this recipe? Runs that use it keep their own copy.', 'warning', null, { label: 'Delete', run: () => void remove() })
}

function copy(name: string, text: string): void {
  const taken = (useRecipes.getState().recipes ?? []).map((one) => one.name)
  editNew(renamed(text, freeName(`${name}-copy`, taken)))
}

function Beside({ checked, onLine }: { checked: RecipeCheck | null; onLine: (line: number) => void }) {
  const faults = checked?.faults ?? none
  return (
    <aside className="recipe-beside" aria-label="Check">
      <output className="recipe-count">
        {checked === null ? 'Checking…' : faults.length === 0 ? 'No problems' : plural(faults.length, 'problem')}
      </output>
      {faults.length > 0 && <FaultRows label="Problems" faults={faults} onLine={onLine} />}
      <h2>Steps</h2>
      <div className="recipe-graph-room">{checked && <GraphView graph={checked.graph} onStep={onLine} />}</div>
    </aside>
  )
}

/** What completion offers by name. */
function useKnown() {
  const instances = usePool((state) => state.instances)
  const recipes = useRecipes((state) => state.recipes)
  useEffect(() => void loadRecipes().catch(() => undefined), [])
  return useMemo(
    () => ({ instances: [...instances.values()].map(({ name }) => name), recipes: (recipes ?? []).map(({ name }) => name) }),
    [instances, recipes],
  )
}
