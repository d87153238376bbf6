import { Fragment, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { ShownProfile } from '../../../shared/domain/profile.ts'
import { client } from '../../connection/connection.ts'
import { errorField, errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { useSetup } from '../../state/setup-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { InstanceFields } from './instance-fields.tsx'
import {
  changedFields,
  effectWords,
  emptyForm,
  folderName,
  formOf,
  freeName,
  patchOf,
  problemAt,
  rareFields,
  readForm,
  readProfileForm,
  wholeOf,
  withProfile,
  type FormConfig,
  type FormField,
  type FormProblem,
  type InstanceForm,
} from './instance-form.ts'
import { useWorktreeForm } from '../worktrees/use-worktree-form.ts'
import { WorktreeFields } from '../worktrees/worktree-fields.tsx'
import { startWith } from '../../commands/begin-conversation.ts'
import { ProfileChoice } from './profile-choice.tsx'

/** Makes an instance; `like` is one to begin from, `profile` a profile. */
export function CreateInstanceDialog({ like, profile }: { like?: string | undefined; profile?: string | undefined }) {
  const profiles = useSetup((state) => state.profiles) ?? []
  const chosen = profiles.find(({ id }) => id === profile)
  const instances = usePool((state) => state.instances)
  const folder = usePool((state) =>
    firstFolder(state.settings?.defaultFolder ?? null, state.health?.demo === true ? state.health.dataFolder : null),
  )
  const names = [...instances.values()].map(({ name }) => name)
  const model = like === undefined ? undefined : instances.get(like)
  const tree = useWorktreeForm()
  const begin: InstanceForm = model
    ? { ...formOf(model), name: freeName(model.name, names) }
    : chosen
      ? { ...withProfile({ ...emptyForm, cwd: folder }, chosen), name: freeName(chosen.name, names) }
      : { ...emptyForm, cwd: folder, name: freeName(folderName(folder), names) }
  return (
    <InstanceDialog
      title="New instance"
      description="Starts Claude Code in the folder you choose."
      action="Create instance"
      begin={begin}
      suggestName={model || chosen ? null : (cwd) => freeName(folderName(cwd), names)}
      effect={null}
      profile={chosen?.id ?? model?.fromProfile?.id ?? ''}
      save={async (config, _changed, from) => {
        const wanted = { ...tree.request(), start: true }
        startWith(await client.instances.create(from === '' ? { ...config, ...wanted } : { ...wholeOf(config), ...wanted, profile: from }))
      }}
      place={({ cwd, name }) => <WorktreeFields cwd={cwd} name={name} {...tree.fields} />}
      refuse={tree.refuse}
    />
  )
}

/** Changes an instance. */
export function EditInstanceDialog({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const [first] = useState(instance)
  if (!instance || !first) return null
  return (
    <InstanceDialog
      title={`Edit ${first.name}`}
      description="Conversations and what waits for it stay as they are."
      action="Save changes"
      begin={formOf(first)}
      suggestName={null}
      effect={instance}
      save={async (config, fields) => {
        if (fields.length > 0) await client.instances.update({ id, ...patchOf(config, fields) })
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
  /** The instance that is changed, for saying when a change takes effect. */
  effect: Instance | null
  /** The profile that is chosen at first, or none (''); absent: none can be chosen. */
  profile?: string
  /** It is the form of a profile. */
  isProfile?: boolean
  /** What stands above the fields. */
  above?: ReactNode
  /** What stands below the folder and the name. */
  place?: (form: InstanceForm) => ReactNode
  /** Takes what is wrong with a field that is not of this form; false: it has no such field. */
  refuse?: (field: string, words: string) => boolean
  save: (config: FormConfig, changed: readonly FormField[], profile: string) => Promise<void>
}

/** The dialog of an instance, or of a profile: asks before entries are thrown away, and says what is wrong where it is. */
export function InstanceDialog({
  title,
  description,
  action,
  begin: given,
  suggestName,
  effect,
  profile,
  isProfile = false,
  above,
  place,
  refuse,
  save,
}: InstanceDialogProps) {
  const [from, setFrom] = useState(profile ?? '')
  const [begin] = useState(given)
  const [form, setForm] = useState(begin)
  const [named, setNamed] = useState(false)
  const [more, setMore] = useState(() => rareFields.some((field) => begin[field] !== emptyForm[field]))
  const [leaving, setLeaving] = useState(false)
  const changed = changedFields(begin, form)
  const element = useRef<HTMLFormElement>(null)
  const { problem, general, saving, submit, forget } = useSubmit(
    element,
    async () => {
      const read = isProfile ? readProfileForm(form) : readForm(form)
      if ('problem' in read) return read.problem
      await save(read.config, changed, from)
      return null
    },
    setMore,
    refuse,
  )
  const change = (part: Partial<InstanceForm>) => {
    if (part.name !== undefined) setNamed(true)
    setForm((now) => ({ ...now, ...part, ...(part.cwd !== undefined && suggestName && !named ? { name: suggestName(part.cwd) } : {}) }))
    setLeaving(false)
    forget()
  }
  const choose = (id: string, settings: ShownProfile | undefined) => {
    setFrom(id)
    if (settings) change({ ...withProfile(form, settings), ...(named || suggestName === null ? {} : { name: suggestName(settings.name) }) })
  }
  const leave = () => (changed.length > 0 && !leaving ? setLeaving(true) : ui.closeDialog())
  const words = general ?? (leaving ? null : effect && effectWords(changed, effect, form.permissionMode))
  // With keys: a button that became another one in its own click would do what the other does.
  const footer = leaving ? (
    <Fragment key="leaving">
      <p role="alert" className="dialog-foot-words">
        Discard changes?
      </p>
      <Button variant="danger" onClick={ui.closeDialog}>
        Discard
      </Button>
      <Button variant="primary" onClick={() => setLeaving(false)}>
        Keep editing
      </Button>
    </Fragment>
  ) : (
    <Fragment key="editing">
      {words !== null && (
        <p className={general === null ? 'dialog-foot-words' : 'dialog-foot-words problem'} role={general === null ? 'status' : 'alert'}>
          {words}
        </p>
      )}
      <Button variant="quiet" onClick={leave}>
        Cancel
      </Button>
      <Button variant="primary" type="submit" form="instance-form" disabled={saving}>
        {action}
      </Button>
    </Fragment>
  )
  return (
    <Dialog title={title} description={description} onClose={leave} footer={footer}>
      <form
        ref={element}
        id="instance-form"
        className="instance-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {profile !== undefined && <ProfileChoice value={from} change={choose} />}
        {above}
        <InstanceFields
          form={form}
          problem={problem}
          change={change}
          more={more}
          setMore={setMore}
          isProfile={isProfile}
          place={place?.(form)}
        />
      </form>
    </Dialog>
  )
}

/** Sends a form once at a time; what is wrong with a field is shown there, and the field is brought before the user. */
function useSubmit(
  form: RefObject<HTMLFormElement | null>,
  save: () => Promise<FormProblem | null>,
  setMore: (more: boolean) => void,
  refuseElsewhere: InstanceDialogProps['refuse'],
) {
  const [problem, setProblem] = useState<FormProblem | null>(null)
  const [general, setGeneral] = useState<string | null>(null)
  const [saving, setSaving] = useState(false)
  useEffect(() => {
    const field = problem && form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    field?.focus()
    // With the words below it.
    field?.closest('.field')?.scrollIntoView({ block: 'nearest' })
  }, [problem, form])
  const refuse = (wrong: FormProblem) => {
    if (rareFields.includes(wrong.field)) setMore(true)
    setProblem(wrong)
  }
  const submit = async () => {
    if (saving) return
    setSaving(true)
    setGeneral(null)
    try {
      const wrong = await save()
      if (wrong) refuse(wrong)
      else ui.closeDialog()
    } catch (thrown) {
      const words = errorWords(thrown)
      const wrong = problemAt(errorField(thrown) ?? '', words)
      if (wrong) refuse(wrong)
      else if (!refuseElsewhere?.(errorField(thrown) ?? '', words)) setGeneral(words)
    } finally {
      setSaving(false)
    }
  }
  const forget = () => {
    setProblem(null)
    setGeneral(null)
  }
  return { problem, general, saving, submit, forget }
}

/** Where a new instance begins: the folder of the settings, or in a demo the sample project. */
function firstFolder(chosen: string | null, demoData: string | null): string {
  if (chosen !== null) return chosen
  if (demoData === null) return ''
  return demoData.includes('\\') ? `${demoData}\\demo\\sample` : `${demoData}/demo/sample`
}
