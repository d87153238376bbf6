import { Pencil, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { blanksOf, type SavedPrompt } from '../../../shared/domain/saved-prompt.ts'
import { client } from '../../connection/connection.ts'
import { useComposerTarget } from '../../state/composer-target.ts'
import { loadPrompts, usePrompts } from '../../state/prompt-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import './prompts.css'

/** All saved prompts: to insert, rename, edit and delete. */
export function PromptsDialog() {
  const prompts = usePrompts((state) => state.prompts)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    loadPrompts().catch((thrown: unknown) => setProblem(errorWords(thrown)))
  }, [])
  const footer = <Button onClick={() => ui.openDialog({ name: 'edit-prompt' })}>New prompt…</Button>
  return (
    <Dialog title="Saved prompts" onClose={ui.closeDialog} footer={footer}>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {prompts?.length === 0 && <p>No saved prompts yet. Write one here, or save the text in the composer.</p>}
      <ul className="prompts" aria-label="Saved prompts">
        <SomeItems items={prompts ?? []} first={50} name="prompts">
          {(prompt) => <PromptRow key={prompt.id} prompt={prompt} onProblem={setProblem} />}
        </SomeItems>
      </ul>
    </Dialog>
  )
}

function PromptRow({ prompt, onProblem }: { prompt: SavedPrompt; onProblem: (words: string) => void }) {
  const insert = useComposerTarget((state) => state.insert)
  const { id, name, text } = prompt
  const use = () => {
    if (blanksOf(text).length > 0) return ui.openDialog({ name: 'fill-prompt', id })
    insert?.(text)
    return ui.closeDialog()
  }
  const remove = () => {
    const undo = () => void client.prompts.create({ name, text }).catch((thrown: unknown) => toast(errorWords(thrown), 'error'))
    client.prompts.remove({ id }).then(
      () => toast('Prompt deleted', 'info', null, { label: 'Undo', run: undo }),
      (thrown: unknown) => onProblem(errorWords(thrown)),
    )
  }
  return (
    <li className="prompt-row">
      <button type="button" className="prompt-words" disabled={insert === null} onClick={use}>
        <strong dir="auto">
          <VisibleText text={name} />
        </strong>
        <span dir="auto">
          <VisibleText text={text.slice(0, 160)} />
        </span>
      </button>
      <IconButton label={`Edit ${name}`} icon={Pencil} size={14} onClick={() => ui.openDialog({ name: 'edit-prompt', id })} />
      <IconButton label={`Delete ${name}`} icon={Trash2} size={14} onClick={remove} />
    </li>
  )
}
