import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import type { RecipeEntry, SavedRecipe } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { runsPlace } from '../../state/places.ts'
import { loadRecipes, useRecipes } from '../../state/recipe-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { PlaceTabs } from '../../ui/place-tabs.tsx'
import { useFileDrop } from '../../ui/use-file-drop.ts'
import { errorWords } from '../../words/error-words.ts'
import { plural } from '../../words/figures.ts'
import { FaultRows } from './fault-rows.tsx'
import { editNew, firstText } from './new-recipe.ts'
import { recallDraft } from './recipe-draft.ts'
import { RunForm } from './run-form.tsx'
import '../../ui/page.css'
import './recipes.css'

/** What a run can be made from; with `name`, the form of that recipe. */
export function NewRunScreen({ name }: { name: string | undefined }) {
  const recipes = useRecipes((state) => state.recipes)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    loadRecipes().catch((thrown: unknown) => setProblem(errorWords(thrown)))
  }, [])
  return (
    <main className="page">
      <div className="page-column">
        <div className="page-head">
          {name !== undefined && <IconButton label="All recipes" icon={ArrowLeft} onClick={() => ui.go({ name: 'new-run' })} />}
          <h1 className={name === undefined ? 'sr-only' : undefined}>
            {name === undefined ? 'Recipes' : (recipes?.find((one) => one.name === name)?.title ?? name)}
          </h1>
          {name === undefined && <PlaceTabs place={runsPlace} current="new-run" />}
        </div>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {recipes && name === undefined && <Choices recipes={recipes} />}
        {recipes && name !== undefined && <OneRecipe key={name} name={name} names={recipes.map((one) => one.name)} />}
      </div>
    </main>
  )
}

function Choices({ recipes }: { recipes: readonly RecipeEntry[] }) {
  return (
    <>
      <div className="recipe-section">
        <h2>Patterns</h2>
      </div>
      <ul className="recipe-cards">
        {recipes
          .filter(({ place }) => place === 'bullpen')
          .map(({ name, title, description }) => (
            <li key={name}>
              <button type="button" className="recipe-card" onClick={() => ui.go({ name: 'new-run', recipe: name })}>
                <b>{title}</b>
                <span>{description}</span>
              </button>
            </li>
          ))}
      </ul>
      <div className="recipe-section">
        <h2>Your recipes</h2>
        <Button small onClick={openNew}>
          {recallDraft(null) ? 'Continue the unsaved recipe' : 'New recipe'}
        </Button>
      </div>
      <OwnRecipes recipes={recipes.filter(({ place }) => place !== 'bullpen')} />
      <TaskFile />
    </>
  )
}

function openNew(): void {
  if (recallDraft(null)) ui.go({ name: 'recipe', recipe: null })
  else editNew(firstText)
}

function OwnRecipes({ recipes }: { recipes: readonly RecipeEntry[] }) {
  if (recipes.length === 0)
    return <p className="page-lead">None yet. Save a pattern as a recipe, write one, or open a Markdown task file.</p>
  return (
    <ul className="recipe-rows">
      {recipes.map((recipe) => (
        <li key={recipe.path ?? recipe.name} className="recipe-row">
          <div>
            <b>{recipe.title}</b>
            <Words recipe={recipe} />
          </div>
          <Button small aria-label={`Edit ${recipe.title}`} onClick={() => ui.go({ name: 'recipe', recipe: recipe.name })}>
            Edit
          </Button>
          <Button small aria-label={`Run ${recipe.title}`} onClick={() => ui.go({ name: 'new-run', recipe: recipe.name })}>
            Run…
          </Button>
        </li>
      ))}
    </ul>
  )
}

function Words({ recipe: { faults, description, steps } }: { recipe: RecipeEntry }) {
  const errors = faults.filter(({ severity }) => severity === 'error').length
  if (errors > 0) return <p className="problem">{plural(errors, 'problem')} to fix before it can run</p>
  return <p>{description === '' ? plural(steps, 'step') : description}</p>
}

/** A Markdown task file, dropped or chosen, becomes a recipe that is shown before it runs. */
function TaskFile() {
  const place = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [failed, setFailed] = useState<{ name: string; faults: readonly RecipeFault[] } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    setFailed(null)
    setProblem(null)
    try {
      const { text, faults } = await client.recipes.fromMarkdown({ markdown: await file.text() })
      if (text === null) setFailed({ name: file.name, faults })
      else editNew(text, { name: file.name, faults })
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
  }
  const isOver = useFileDrop(place, ([file]) => void take(file))
  return (
    <div ref={place} className="recipe-drop" data-over={isOver}>
      <div className="recipe-section">
        <h2>Task file</h2>
        <Button small onClick={() => input.current?.click()}>
          Choose file…
        </Button>
      </div>
      <p>Drop a Markdown task file here. It becomes a recipe that you can look at before it runs.</p>
      <input
        ref={input}
        type="file"
        accept=".md,.markdown,.txt,text/markdown"
        aria-label="Markdown task file"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {failed && (
        <div role="alert">
          <p className="problem">{failed.name} can’t be used yet:</p>
          <FaultRows label={`Problems in ${failed.name}`} faults={failed.faults} />
        </div>
      )}
    </div>
  )
}

function OneRecipe({ name, names }: { name: string; names: readonly string[] }) {
  const [recipe, setRecipe] = useState<SavedRecipe | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    client.recipes.get({ name }).then(setRecipe, (thrown: unknown) => setProblem(errorWords(thrown)))
  }, [name])
  if (problem !== null)
    return (
      <p className="problem" role="alert">
        {problem}
      </p>
    )
  return recipe && <RunForm recipe={recipe} names={names} />
}
