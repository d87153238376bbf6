import { useCallback, useEffect, useState } from 'react'
import type { Rewind, RewindWhat } from '../../../shared/domain/rewind.ts'
import { tellRewind } from '../../commands/rewind-actions.ts'
import { client } from '../../connection/connection.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { errorWords } from '../../words/error-words.ts'
import { plural } from '../../words/figures.ts'
import { RewindFiles } from './rewind-files.tsx'
import './rewind.css'

const longestPrompt = 200
const choices: readonly { what: RewindWhat; label: string; hint: string }[] = [
  { what: 'both', label: 'Conversation and files', hint: 'As if this message was never sent' },
  { what: 'conversation', label: 'Conversation only', hint: 'Files stay as they are' },
  { what: 'files', label: 'Files only', hint: 'All messages stay' },
]

/** Asks what goes back to before a message, and shows what would change. */
export function RewindDialog({ id, messageId }: { id: string; messageId: string }) {
  const { preview, problem } = usePreview(
    useCallback(() => client.changes.rewind({ id, messageId, what: 'both', dryRun: true }), [id, messageId]),
  )
  const [chosen, setChosen] = useState<RewindWhat | null>(null)
  const [overwrite, setOverwrite] = useState<ReadonlySet<string>>(new Set())
  const [running, setRunning] = useState(false)
  const hasFiles = preview !== null && preview.folder !== null
  const what = chosen ?? (hasFiles && preview.fileCount + overwrite.size > 0 ? 'both' : 'conversation')
  const run = async () => {
    setRunning(true)
    try {
      tellRewind(await client.changes.rewind({ id, messageId, what, overwrite: what === 'conversation' ? [] : [...overwrite] }))
    } finally {
      setRunning(false)
    }
  }
  return (
    <FormDialog title="Rewind to here" action={running ? 'Rewinding…' : 'Rewind'} ready={preview !== null && !running} run={run}>
      {problem !== null && <Problem text={problem} />}
      {preview === null && problem === null && <output>Looking at the files…</output>}
      {preview !== null && (
        <>
          <blockquote className="rewind-prompt" dir="auto">
            <VisibleText text={clippedWords(preview.prompt, longestPrompt)} />
          </blockquote>
          <fieldset className="rewind-choices">
            <legend className="sr-only">What to rewind</legend>
            {choices.map((choice) => (
              <label key={choice.what} className="rewind-choice">
                <input
                  type="radio"
                  name="what"
                  checked={what === choice.what}
                  disabled={choice.what !== 'conversation' && !hasFiles}
                  onChange={() => setChosen(choice.what)}
                />
                <span>
                  {choice.label} <span className="rewind-hint">{choice.hint}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <Warnings warnings={preview.warnings} />
          {what !== 'files' && (
            <p>This message and everything after it are removed from the conversation. Its text goes back into the message box.</p>
          )}
          {what !== 'conversation' && hasFiles && <RewindFiles preview={preview} overwrite={overwrite} setOverwrite={setOverwrite} />}
        </>
      )}
    </FormDialog>
  )
}

/** Asks before a rewind is undone where not all of it can be. */
export function UndoRewindDialog({ id, rewindId }: { id: string; rewindId: string }) {
  const { preview, problem } = usePreview(useCallback(() => client.changes.undoRewind({ id, rewindId, dryRun: true }), [id, rewindId]))
  const [overwrite, setOverwrite] = useState<ReadonlySet<string>>(new Set())
  const run = async () => tellRewind(await client.changes.undoRewind({ id, rewindId, overwrite: [...overwrite] }))
  return (
    <FormDialog title="Undo the rewind" action="Undo rewind" ready={preview !== null} run={run}>
      {problem !== null && <Problem text={problem} />}
      {preview === null && problem === null && <output>Looking at the files…</output>}
      {preview !== null && (
        <>
          <Warnings warnings={preview.warnings} />
          {preview.what !== 'files' && <p>{plural(preview.messages, 'message')} will come back into the conversation.</p>}
          {preview.folder !== null && <RewindFiles preview={preview} overwrite={overwrite} setOverwrite={setOverwrite} />}
        </>
      )}
    </FormDialog>
  )
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return warnings.map((words) => (
    <p key={words} className="rewind-warning">
      {words}
    </p>
  ))
}

function Problem({ text }: { text: string }) {
  return (
    <p className="problem" role="alert">
      {text}
    </p>
  )
}

/** What would happen, asked for once. */
function usePreview(ask: () => Promise<Rewind>): { preview: Rewind | null; problem: string | null } {
  const [found, setFound] = useState<{ preview: Rewind | null; problem: string | null }>({ preview: null, problem: null })
  useEffect(() => {
    let gone = false
    ask().then(
      (preview) => !gone && setFound({ preview, problem: null }),
      (thrown: unknown) => !gone && setFound({ preview: null, problem: errorWords(thrown) }),
    )
    return () => {
      gone = true
    }
  }, [ask])
  return found
}
