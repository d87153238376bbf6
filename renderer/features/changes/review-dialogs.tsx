import { useState } from 'react'
import type { ChosenFile } from '../../../shared/domain/changes.ts'
import { client } from '../../connection/connection.ts'
import { toast } from '../../state/toasts.ts'
import { reviewComments, useReviewComments } from '../../state/review-comments.ts'
import { ui } from '../../state/ui-store.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { plural } from '../../words/figures.ts'
import { commentsMessage } from './comment-text.ts'
import { MessageField } from './message-field.tsx'
import { takeBack } from './take-back.ts'
import './review-dialogs.css'

const firstFiles = 12

/** All comments as one message, to be read over before it is sent. */
export function SendCommentsDialog({ id }: { id: string }) {
  const comments = useReviewComments(id)
  const [sent] = useState(comments)
  const [text, setText] = useState(() => commentsMessage(comments))
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    await client.conversations.send({ id, text }).finally(() => setBusy(false))
    reviewComments.remove(
      id,
      sent.map((comment) => comment.id),
    )
    toast('Comments sent to Claude.')
    ui.go({ name: 'conversation', id })
  }
  return (
    <FormDialog
      title={`Send ${plural(sent.filter((one) => one.text.trim() !== '').length, 'comment')} to Claude`}
      action="Send"
      ready={text.trim() !== '' && !busy}
      run={send}
    >
      <MessageField text={text} onChange={setText} rows={14} hint="Your comments stay here until this is sent." />
    </FormDialog>
  )
}

/** Asks before changes are taken back that cannot be seen at once. */
export function TakeBackDialog({ id, files }: { id: string; files: readonly ChosenFile[] }) {
  const what = plural(files.length, 'file')
  return (
    <FormDialog
      title={files.length === 1 ? 'Take back all changes to this file?' : `Take back the changes to ${what}?`}
      description="The files become what they were. You can undo this."
      action="Take back"
      danger
      run={() => takeBack(id, [...files], `the changes to ${files.length === 1 ? clippedWords(files[0]?.path ?? '', 60) : what}`)}
    >
      <ul className="commit-files">
        <SomeItems items={files} first={firstFiles} name="files">
          {({ path }) => (
            <li key={path} dir="ltr">
              <VisibleText text={clippedWords(path, 300)} />
            </li>
          )}
        </SomeItems>
      </ul>
    </FormDialog>
  )
}
