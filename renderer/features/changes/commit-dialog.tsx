import { Sparkles } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { errorData, errorWords } from '../../words/error-words.ts'
import { changesChanged } from '../../state/changes-news.ts'
import { useGitState } from '../../state/git-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { Button } from '../../ui/button.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { branchWords, countWords } from '../../words/changes-words.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { formatCost, plural } from '../../words/figures.ts'
import { KindMark } from './file-marks.tsx'
import { MessageField } from './message-field.tsx'
import { chosenOf, reviews, useReview } from './review.ts'
import './review-dialogs.css'

const firstFiles = 12
const firstOutput = { lines: 12, characters: 2_000 }

/** Commits what is chosen. The repository's own hooks run, and what they say when they refuse is shown. */
export function CommitDialog({ id }: { id: string }) {
  const review = useReview(id)
  const git = useGitState(id)
  const [message, setMessage] = useState('')
  const [output, setOutput] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const chosen = chosenOf(review)
  const files = chosen.map((one) => one.chosen)
  const { against, whitespace } = review
  const commit = async () => {
    setOutput(null)
    setBusy(true)
    try {
      const made = await client.changes.commit({ id, message, against, whitespace, files })
      const where = made.branch === null ? '' : ` to ${visibleText(clippedWords(made.branch, 60))}`
      toast(`Committed ${made.commit.slice(0, 7)}${where}.`)
    } catch (thrown) {
      const said = errorData(thrown)['output']
      setOutput(typeof said === 'string' && said.trim() !== '' ? said : null)
      throw thrown
    } finally {
      setBusy(false)
      // Not files have changed, but what is committed of them: the header is read again too.
      changesChanged(id)
    }
  }
  const branch = git?.available === true ? ` on ${visibleText(clippedWords(branchWords(git), 60))}` : ''
  return (
    <FormDialog
      title={`Commit${branch}`}
      action={busy ? 'Committing…' : 'Commit'}
      ready={message.trim() !== '' && files.length > 0 && !busy}
      run={commit}
    >
      <MessageField text={message} onChange={setMessage} rows={5} />
      <Draft id={id} isEmpty={message.trim() === ''} ready={files.length > 0} onDraft={setMessage} />
      {output !== null && (
        <section className="commit-output" aria-label="What git and its hooks said">
          <ExactText text={output} label="Output" first={firstOutput} className="commit-output-text" />
        </section>
      )}
      <section>
        <h2 className="commit-files-title">{plural(files.length, 'file')} · other staged files stay staged</h2>
        <ul className="commit-files">
          <SomeItems items={chosen} first={firstFiles} name="files">
            {({ file, chosen: { lines } }) => (
              <li key={file.path}>
                <KindMark kind={file.kind} />
                <span className="file-name" dir="ltr" title={file.path.slice(0, 400)}>
                  <VisibleText text={clippedWords(file.path, 200)} />
                </span>
                <span className="figure">
                  {lines === undefined ? countWords(file) : `${plural(lines.added.length + lines.removed.length, 'line')} of it`}
                </span>
              </li>
            )}
          </SomeItems>
        </ul>
      </section>
    </FormDialog>
  )
}

type DraftProps = { id: string; isEmpty: boolean; ready: boolean; onDraft: (message: string) => void }

/** Has Claude write the message: a short turn of its own, of which the conversation knows nothing. */
function Draft({ id, isEmpty, ready, onDraft }: DraftProps) {
  const [state, setState] = useState<'drafting' | { cost: number | null } | { problem: string } | null>(null)
  const { against, whitespace } = reviews.get(id)
  const draft = async () => {
    setState('drafting')
    try {
      const files = chosenOf(reviews.get(id)).map(({ chosen }) => chosen)
      const { message, costUsd } = await client.changes.draftMessage({ id, against, whitespace, files })
      onDraft(message)
      setState({ cost: costUsd })
    } catch (thrown) {
      setState({ problem: errorWords(thrown) })
    }
  }
  return (
    <div className="commit-draft">
      <Button small disabled={!ready || state === 'drafting'} onClick={() => void draft()}>
        <Sparkles size={14} strokeWidth={1.75} aria-hidden />
        {state === 'drafting' ? 'Drafting…' : isEmpty ? 'Draft with Claude' : 'Draft again'}
      </Button>
      <span aria-live="polite" className="field-hint">
        {state !== null && typeof state === 'object' && 'cost' in state && state.cost !== null && formatCost(state.cost)}
        {state !== null && typeof state === 'object' && 'problem' in state && <span className="field-problem">{state.problem}</span>}
      </span>
      {state === 'drafting' && (
        <Button small variant="quiet" onClick={ui.closeDialog}>
          Cancel
        </Button>
      )}
    </div>
  )
}
