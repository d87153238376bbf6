import { useEffect, useState } from 'react'
import { promptToolsSchema, type ContextPrompt, type PromptTools } from '../../../shared/domain/transfer.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { saveBlob } from '../../connection/files.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { plural } from '../../words/figures.ts'
import './transfer.css'

const limits = [10_000, 50_000, 150_000, 1_000_000] as const

/** A conversation as a prompt that another model or instance can go on from. */
export function PromptDialog({ id }: { id: string }) {
  const title = usePool((state) => state.conversations.get(id)?.title) ?? 'conversation'
  const [tools, setTools] = useState<PromptTools>('short')
  const [maxTokens, setMaxTokens] = useState<number>(150_000)
  const { prompt, problem } = usePrompt(id, tools, maxTokens)
  const copy = () => {
    navigator.clipboard.writeText(prompt?.text ?? '').then(
      () => toast('The prompt is copied.'),
      () => toast('It could not be copied. Select the text and copy it by hand.', 'warning'),
    )
  }
  const footer = (
    <>
      <p className={problem === null ? 'dialog-foot-words figure' : 'problem'} aria-live="polite">
        {problem ?? (prompt ? sizeWords(prompt) : 'Creating…')}
      </p>
      <Button
        disabled={!prompt}
        onClick={() => saveBlob(new Blob([prompt?.text ?? ''], { type: 'text/markdown' }), `${fileWords(title)}.md`)}
      >
        Save
      </Button>
      <Button variant="primary" disabled={!prompt} onClick={copy}>
        Copy
      </Button>
    </>
  )
  return (
    <Dialog
      title="Export as prompt"
      description="What was said, as context for another model or instance."
      onClose={ui.closeDialog}
      footer={footer}
    >
      <div className="field-pair">
        <Field label="Tool output">
          {(props) => (
            <select className="input" value={tools} onChange={(event) => setTools(promptToolsSchema.parse(event.target.value))} {...props}>
              <option value="none">None</option>
              <option value="short">Summary</option>
              <option value="full">Full</option>
            </select>
          )}
        </Field>
        <Field label="Limit">
          {(props) => (
            <select className="input" value={maxTokens} onChange={(event) => setMaxTokens(Number(event.target.value))} {...props}>
              {limits.map((limit) => (
                <option key={limit} value={limit}>
                  {limit.toLocaleString('en')} tokens
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <textarea className="input input-code transfer-prompt" aria-label="The prompt" readOnly rows={14} value={shown(prompt?.text ?? '')} />
    </Dialog>
  )
}

const mostShown = 200_000

/** A field with megabytes in it is slow; copying and saving take all of it. */
function shown(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}\n… the rest is copied and saved too` : text
}

function usePrompt(id: string, tools: PromptTools, maxTokens: number): { prompt: ContextPrompt | null; problem: string | null } {
  const [made, setMade] = useState<{ prompt: ContextPrompt | null; problem: string | null }>({ prompt: null, problem: null })
  useEffect(() => {
    let gone = false
    client.transfer.prompt({ id, tools, maxTokens }).then(
      (prompt) => !gone && setMade({ prompt, problem: null }),
      (thrown: unknown) => !gone && setMade({ prompt: null, problem: errorWords(thrown) }),
    )
    return () => {
      gone = true
    }
  }, [id, tools, maxTokens])
  return made
}

function sizeWords({ tokens, messages, omitted }: ContextPrompt): string {
  const left = omitted > 0 ? ` · ${plural(omitted, 'older message')} left out` : ''
  return `About ${tokens.toLocaleString('en')} tokens · ${plural(messages, 'message')}${left}`
}

function fileWords(title: string): string {
  return (
    title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'conversation'
  )
}
