import { useState } from 'react'
import { blanksOf, fillBlanks } from '../../../shared/domain/saved-prompt.ts'
import { client } from '../../connection/connection.ts'
import { useComposerTarget } from '../../state/composer-target.ts'
import { usePrompts } from '../../state/prompt-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { readable } from '../../words/error-words.ts'
import { ui } from '../../state/ui-store.ts'

const longestName = 100
const longestPrompt = 100_000

/** A new saved prompt, or one to be changed. */
export function EditPromptDialog({ id, text = '' }: { id?: string | undefined; text?: string | undefined }) {
  const known = usePrompts((state) => state.prompts?.find((prompt) => prompt.id === id))
  const [name, setName] = useState(known?.name ?? '')
  const [words, setWords] = useState(known?.text ?? text)
  const blanks = blanksOf(words)
  const save = async () => {
    await readable(id === undefined ? client.prompts.create({ name, text: words }) : client.prompts.update({ id, name, text: words }))
    ui.closeDialog()
  }
  return (
    <FormDialog
      title={id === undefined ? 'Save as prompt' : 'Edit prompt'}
      action="Save"
      ready={name.trim() !== '' && words !== '' && words.length <= longestPrompt}
      run={save}
    >
      <Field label="Name">
        {(props) => <input {...props} value={name} maxLength={longestName} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field
        label="Prompt"
        hint={blanks.length > 0 ? <BlankNames blanks={blanks} /> : 'Write {{name}} for a blank to fill in later.'}
        problem={words.length > longestPrompt ? 'A saved prompt has at most 100,000 characters.' : null}
      >
        {(props) => <textarea {...props} rows={8} dir="auto" value={words} onChange={(event) => setWords(event.target.value)} />}
      </Field>
    </FormDialog>
  )
}

function BlankNames({ blanks }: { blanks: readonly string[] }) {
  return (
    <>
      Blanks: <VisibleText text={blanks.slice(0, 12).join(', ')} />
      {blanks.length > 12 && ` and ${blanks.length - 12} more`}
    </>
  )
}

/** Fills the blanks of a saved prompt and puts it into the composer. */
export function FillPromptDialog({ id }: { id: string }) {
  const prompt = usePrompts((state) => state.prompts?.find((one) => one.id === id))
  const insert = useComposerTarget((state) => state.insert)
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map())
  if (!prompt) return null
  const put = async () => {
    insert?.(fillBlanks(prompt.text, values))
    ui.closeDialog()
  }
  return (
    <FormDialog
      title="Fill in the blanks"
      description="What you leave empty stays as a blank."
      action="Insert"
      ready={insert !== null}
      run={put}
    >
      {blanksOf(prompt.text)
        .slice(0, 40)
        .map((blank) => (
          <Field key={blank} label={blank}>
            {(props) => (
              <input
                {...props}
                dir="auto"
                value={values.get(blank) ?? ''}
                onChange={(event) => setValues(new Map(values).set(blank, event.target.value))}
              />
            )}
          </Field>
        ))}
    </FormDialog>
  )
}
