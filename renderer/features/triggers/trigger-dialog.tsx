import { useEffect, useId, useRef, useState } from 'react'
import type { Trigger } from '../../../shared/domain/trigger.ts'
import { client } from '../../connection/connection.ts'
import { showTrigger, useTriggers } from '../../state/triggers-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { errorField, errorWords } from '../../words/error-words.ts'
import { HookSecret } from './hook-secret.tsx'
import { InputFields } from './input-fields.tsx'
import { OnFields, RecipeField, Text } from './on-fields.tsx'
import { emptyTrigger, formOf, readForm, type TriggerForm, type TriggerProblem } from './trigger-form.ts'
import { missedLabels, overlapLabels } from './trigger-words.ts'
import { useRecipes } from './use-recipes.ts'
import './triggers.css'

/** Adds a trigger, or changes one. The secret of a hook is shown here, once. */
export function TriggerDialog({ id }: { id?: string | undefined }) {
  const [first] = useState(() => (id === undefined ? undefined : useTriggers.getState().triggers?.get(id)))
  const [secret, setSecret] = useState<{ trigger: Trigger; secret: string } | null>(null)
  if (secret) return <SecretDialog trigger={secret.trigger} secret={secret.secret} />
  const saved = (trigger: Trigger, made: string | null) => {
    showTrigger(trigger)
    if (made !== null) return setSecret({ trigger, secret: made })
    ui.closeDialog()
    return first ? undefined : ui.go({ name: 'triggers', id: trigger.id })
  }
  return <TriggerFormDialog first={first} onSaved={saved} />
}

function SecretDialog({ trigger, secret }: { trigger: Trigger; secret: string }) {
  const done = () => {
    ui.closeDialog()
    ui.go({ name: 'triggers', id: trigger.id })
  }
  return (
    <Dialog
      title={`Secret of ${trigger.name}`}
      onClose={done}
      footer={
        <Button variant="primary" onClick={done}>
          Done
        </Button>
      }
    >
      <HookSecret trigger={trigger} secret={secret} />
    </Dialog>
  )
}

type FormProps = { first: Trigger | undefined; onSaved: (trigger: Trigger, secret: string | null) => void }

function TriggerFormDialog({ first, onSaved }: FormProps) {
  const formId = useId()
  const element = useRef<HTMLFormElement>(null)
  const [form, setForm] = useState<TriggerForm>(() => (first ? formOf(first) : emptyTrigger))
  const [problem, setProblem] = useState<TriggerProblem | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [problem])
  const change = (part: Partial<TriggerForm>) => {
    setForm((before) => ({ ...before, ...part }))
    setProblem(null)
  }
  const save = async () => {
    const read = readForm(form)
    if ('problem' in read) return setProblem(read.problem)
    setBusy(true)
    try {
      const { secret, ...trigger } = await (first
        ? client.triggers.update({ id: first.id, ...read.config })
        : client.triggers.create({ ...read.config, enabled: true }))
      return onSaved(trigger, secret)
    } catch (thrown) {
      return setProblem({ field: errorField(thrown), message: errorWords(thrown) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={first ? `Edit ${first.name}` : 'New trigger'}
      onClose={ui.closeDialog}
      footer={
        <>
          {problem !== null && (
            <p className="problem" role="alert">
              {problem.message}
            </p>
          )}
          <Button variant="quiet" onClick={ui.closeDialog}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={formId} disabled={busy}>
            {first ? 'Save' : 'Add trigger'}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void save()
        }}
      >
        <Fields form={form} change={change} of={(field) => (problem?.field === field ? problem.message : null)} />
      </form>
    </Dialog>
  )
}

type FieldsProps = { form: TriggerForm; change: (part: Partial<TriggerForm>) => void; of: (field: string) => string | null }

function Fields({ form, change, of }: FieldsProps) {
  const { recipes, problem } = useRecipes()
  const names = (recipes ?? []).map(({ name }) => name)
  const recipe = recipes?.find(({ name }) => name === form.recipe)
  return (
    <>
      <Text label="Name" problem={of('name')} value={form.name} onChange={(name) => change({ name })} />
      <OnFields form={form} change={change} of={of} recipes={names} />
      <RecipeField
        label="Recipe to run"
        value={form.recipe}
        recipes={names}
        problem={of('recipe') ?? problem}
        hint={recipe?.description || undefined}
        onChange={(name) => change({ recipe: name })}
      />
      <InputFields recipe={recipe} inputs={form.inputs} change={(inputs) => change({ inputs })} of={of} />
      <Policy form={form} change={change} of={of} />
    </>
  )
}

function Policy({ form, change, of }: FieldsProps) {
  return (
    <div className="trigger-pair">
      <Choice
        label="If the last run is still going"
        labels={overlapLabels}
        value={form.overlap}
        problem={of('overlap')}
        onChange={(overlap) => change({ overlap })}
      />
      {form.kind !== 'click' && form.kind !== 'hook' && (
        <Choice
          label="If the computer was asleep or Bullpen was closed"
          labels={missedLabels}
          value={form.missed}
          problem={of('missed')}
          onChange={(missed) => change({ missed })}
        />
      )}
      <Text
        label="Pause after failed runs in a row"
        hint="Leave empty for never."
        inputMode="numeric"
        problem={of('pauseAfterFailures')}
        value={form.pauseAfter}
        onChange={(pauseAfter) => change({ pauseAfter })}
      />
    </div>
  )
}

type ChoiceProps<Key extends string> = {
  label: string
  labels: Readonly<Record<Key, string>>
  value: Key
  problem: string | null
  onChange: (value: Key) => void
}

function Choice<Key extends string>({ label, labels, value, problem, onChange }: ChoiceProps<Key>) {
  const isKey = (text: string): text is Key => Object.hasOwn(labels, text)
  return (
    <Field label={label} problem={problem}>
      {(field) => (
        <select className="input" value={value} onChange={({ target }) => isKey(target.value) && onChange(target.value)} {...field}>
          {Object.entries<string>(labels).map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
