import { useMemo, useState } from 'react'
import { recipeNameSchema } from '../../../shared/domain/recipe.ts'
import type { SavedRecipe } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { loadRecipes } from '../../state/recipe-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { errorField, errorWords } from '../../words/error-words.ts'
import { FaultRows } from './fault-rows.tsx'
import { InputFields } from './input-fields.tsx'
import { firstValues, readValues, type FieldValues } from './input-values.ts'
import { changedPattern, freeName, isNamed, type Worker } from './pattern-text.ts'
import { startRun } from './start-run.ts'
import { WorkerFields } from './worker-fields.tsx'

/** What a recipe asks for before it runs; for a pattern also who works on it, and a way to keep what was filled in. */
export function RunForm({ recipe, names }: { recipe: SavedRecipe; names: readonly string[] }) {
  const isPattern = recipe.place === 'bullpen'
  const [values, setValues] = useState<FieldValues>(() => firstValues(recipe.inputs))
  const [worker, setWorker] = useState<Worker>(null)
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [general, setGeneral] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [saving, setSaving] = useState(false)
  const inputs = useMemo(() => withoutFolder(recipe, worker), [recipe, worker])
  const errors = recipe.faults.filter(({ severity }) => severity === 'error')
  const changed = (next: FieldValues) => {
    setValues(next)
    const stale = Object.keys(problems).filter((name) => next[name] !== values[name])
    if (stale.length > 0) setProblems(Object.fromEntries(Object.entries(problems).filter(([name]) => !stale.includes(name))))
  }
  const attempt = async (act: () => Promise<void>) => {
    setBusy(true)
    setGeneral(null)
    try {
      await act()
    } catch (thrown) {
      const field = errorField(thrown)
      if (field !== null && field in inputs) setProblems({ [field]: errorWords(thrown) })
      else setGeneral(errorWords(thrown))
    }
    setBusy(false)
  }
  const run = async () => {
    const read = readValues(inputs, values)
    setProblems(read.problems)
    if (Object.keys(read.problems).length > 0) return
    await attempt(async () => {
      if (worker === null) return startRun({ recipe: recipe.name, inputs: read.inputs })
      const definition = await changedPattern(recipe.text, { name: recipe.name, worker, defaults: {} })
      return startRun({ definition, inputs: read.inputs })
    })
  }
  const keep = (name: string) =>
    attempt(async () => {
      const { inputs: defaults } = readValues(inputs, values)
      const text = await changedPattern(recipe.text, { name, worker, defaults })
      const saved = await client.recipes.create({ text })
      toast(`${saved.name} saved`)
      await loadRecipes()
      ui.go({ name: 'recipe', recipe: saved.name })
    })
  return (
    <form
      className="recipe-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && errors.length === 0) void run()
      }}
    >
      {recipe.description !== '' && <p className="page-lead">{recipe.description}</p>}
      {errors.length > 0 && <FaultRows label="Problems" faults={errors} />}
      {isPattern && <WorkerFields value={worker} onChange={setWorker} />}
      <InputFields inputs={inputs} values={values} problems={problems} onChange={changed} />
      {general !== null && (
        <p className="problem" role="alert">
          {general}
        </p>
      )}
      <div className="recipe-form-acts">
        <Button variant="primary" type="submit" disabled={busy || errors.length > 0}>
          Run now
        </Button>
        {isPattern ? (
          <Button disabled={busy} aria-expanded={saving} onClick={() => setSaving(!saving)}>
            Save as recipe…
          </Button>
        ) : (
          <Button onClick={() => ui.go({ name: 'recipe', recipe: recipe.name })}>Edit</Button>
        )}
        {isPattern && (
          <Button variant="quiet" onClick={() => ui.go({ name: 'recipe', recipe: recipe.name })}>
            View recipe
          </Button>
        )}
      </div>
      {saving && <SaveAs first={freeName(`my-${recipe.name}`, names)} busy={busy} onSave={(name) => void keep(name)} />}
    </form>
  )
}

/** Where an instance is chosen, its folder counts. */
function withoutFolder({ inputs }: SavedRecipe, worker: Worker): SavedRecipe['inputs'] {
  if (!isNamed(worker)) return inputs
  return Object.fromEntries(Object.entries(inputs).filter(([, { type }]) => type !== 'folder'))
}

function SaveAs({ first, busy, onSave }: { first: string; busy: boolean; onSave: (name: string) => void }) {
  const [name, setName] = useState(first)
  const [problem, setProblem] = useState<string | null>(null)
  const save = () => {
    const read = recipeNameSchema.safeParse(name.trim())
    if (read.success) onSave(read.data)
    else setProblem(read.error.issues[0]?.message ?? 'Choose another name.')
  }
  return (
    <div className="recipe-save">
      <Field label="Name" hint="Small letters, digits and “-”." problem={problem}>
        {(control) => (
          <input
            {...control}
            className="input input-code"
            value={name}
            onChange={(event) => {
              setName(event.target.value)
              setProblem(null)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              save()
            }}
          />
        )}
      </Field>
      <Button disabled={busy} onClick={save}>
        Save
      </Button>
    </div>
  )
}
