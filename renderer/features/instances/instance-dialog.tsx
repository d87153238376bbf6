import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { errorField, errorWords } from '../../connection/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { InstanceFields } from './instance-fields.tsx'
import { emptyForm, folderName, formOf, freeName, patchOf, readForm, type FormProblem, type InstanceForm } from './instance-form.ts'
import { showInstance } from './instance-actions.ts'

/** Makes an instance; `like` is one to begin from. */
export function CreateInstanceDialog({ like }: { like?: string | undefined }) {
  const instances = usePool((state) => state.instances)
  const folder = usePool((state) =>
    firstFolder(state.settings?.defaultFolder ?? null, state.health?.demo === true ? state.health.dataFolder : null),
  )
  const names = [...instances.values()].map(({ name }) => name)
  const model = like === undefined ? undefined : instances.get(like)
  const begin: InstanceForm = model
    ? { ...formOf(model), name: freeName(model.name, names) }
    : { ...emptyForm, cwd: folder, name: freeName(folderName(folder), names) }
  return (
    <InstanceDialog
      title="New instance"
      description="A Claude with a folder of its own. It starts right away."
      action="Create instance"
      begin={begin}
      suggestName={model ? null : (cwd) => freeName(folderName(cwd), names)}
      save={async (form) => {
        const read = readForm(form)
        if ('problem' in read) return read.problem
        showInstance(await client.instances.create({ ...read.config, start: true }))
        return null
      }}
    />
  )
}

/** Changes an instance. */
export function EditInstanceDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  if (!instance) return null
  return (
    <InstanceDialog
      title={`Edit ${instance.name}`}
      description="What needs a new process takes effect when the running turn has ended."
      action="Save changes"
      begin={formOf(instance)}
      suggestName={null}
      save={async (form) => {
        const read = readForm(form)
        if ('problem' in read) return read.problem
        await client.instances.update({ id, ...patchOf(read.config) })
        return null
      }}
    />
  )
}

type InstanceDialogProps = {
  title: string
  description: string
  action: string
  begin: InstanceForm
  /** A name for a folder, until the user gives one. */
  suggestName: ((cwd: string) => string) | null
  /** Answers what is wrong with the form, or null when it is done. */
  save: (form: InstanceForm) => Promise<FormProblem | null>
}

function InstanceDialog({ title, description, action, begin, suggestName, save }: InstanceDialogProps) {
  const [form, setForm] = useState(begin)
  const [named, setNamed] = useState(false)
  const [problem, setProblem] = useState<FormProblem | null>(null)
  const [general, setGeneral] = useState<string | null>(null)
  const [saving, setSaving] = useState(false)
  const change = (part: Partial<InstanceForm>) => {
    if (part.name !== undefined) setNamed(true)
    setForm((now) => ({ ...now, ...part, ...(part.cwd !== undefined && suggestName && !named ? { name: suggestName(part.cwd) } : {}) }))
    setProblem(null)
    setGeneral(null)
  }
  const submit = async () => {
    setSaving(true)
    try {
      const wrong = await save(form)
      setProblem(wrong)
      if (wrong === null) ui.closeDialog()
    } catch (thrown) {
      const field = errorField(thrown)
      if (field !== null && isField(field)) setProblem({ field, message: errorWords(thrown) })
      else setGeneral(errorWords(thrown))
    } finally {
      setSaving(false)
    }
  }
  const footer = (
    <>
      {general !== null && (
        <p className="problem" role="alert">
          {general}
        </p>
      )}
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="primary" type="submit" form="instance-form" disabled={saving}>
        {action}
      </Button>
    </>
  )
  return (
    <Dialog title={title} description={description} onClose={ui.closeDialog} footer={footer}>
      <form
        id="instance-form"
        className="instance-form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <InstanceFields form={form} problem={problem} change={change} />
      </form>
    </Dialog>
  )
}

function isField(field: string): field is keyof InstanceForm {
  return field in emptyForm
}

/** Where a new instance begins: the folder of the settings, or in a demo the sample project. */
function firstFolder(chosen: string | null, demoData: string | null): string {
  if (chosen !== null) return chosen
  if (demoData === null) return ''
  return demoData.includes('\\') ? `${demoData}\\demo\\sample` : `${demoData}/demo/sample`
}
