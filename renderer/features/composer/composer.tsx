import { useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import type { SendWhen } from '../../../shared/domain/task.ts'
import { useDraft } from '../../state/drafts.ts'
import { useFileDrop } from '../../ui/use-file-drop.ts'
import { CompletionLines } from './completion/completion-lines.tsx'
import { CompletionList } from './completion/completion-list.tsx'
import { useCompletion } from './completion/use-completion.ts'
import type { CompletionScope } from './completion/use-scope.ts'
import { AddFiles } from './add-files.tsx'
import { commandOf, isEmptyDraft } from './composed.ts'
import { ComposerButtons } from './composer-buttons.tsx'
import { isComposition, meaningOfEnter, meansNow } from './composer-keys.ts'
import { ComposerLines } from './composer-lines.tsx'
import { DraftChips } from './draft-chips.tsx'
import { PromptMenu } from './prompt-menu.tsx'
import { takeInto } from './take-into.ts'
import { useEscape } from './use-escape.ts'
import { useComposerHandle, type ComposerHandle } from './use-composer-handle.ts'
import { useGrowing } from './use-growing.ts'
import { usePaste } from './use-paste.ts'
import { useRecall } from './use-recall.ts'
import { useSubmit, type SendMessage } from './use-submit.ts'
import { usePanePlace } from '../../ui/pane-place.ts'
import './composer.css'

export type { ComposerHandle } from './use-composer-handle.ts'

export type ComposerProps = {
  ref?: Ref<ComposerHandle>
  /** Where its draft belongs: a conversation, an instance, or `new`. */
  draftKey: string
  placeholder: string
  /** Tells it from others on the screen. */
  label?: string | undefined
  enterSends: boolean
  /** A turn runs: it can be stopped. */
  busy: boolean
  /** Why nothing can be sent; null when it can. */
  closed: string | null
  /** Which commands and files are offered. */
  scope: CompletionScope
  send: SendMessage
  /** Runs a command line in the folder. Rejects with what the user should read. */
  runCommand: (command: string) => Promise<void>
  stop: () => void
  /** Ends the turn, and what waits behind it comes back into the draft; absent where nothing waits. */
  stopAndClear?: (() => void) | undefined
  /** What was sent before, the newest last. */
  earlier?: () => readonly string[]
  /** Opens the last message to be changed. */
  editLast?: (() => void) | undefined
  /** Folder, permission mode and model, small, beside the buttons. */
  facts: ReactNode
}

/** Where a message is written. What is written stays until it has been taken. */
export function Composer(props: ComposerProps) {
  const { ref, draftKey, placeholder, enterSends, busy, closed, scope, send, runCommand, stop, facts } = props
  const form = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const [draft, change] = useDraft(draftKey)
  const [problem, setProblem] = useState<string | null>(null)
  const { active } = usePanePlace()
  const submit = useSubmit({ draftKey, send, runCommand, setProblem })
  const insert = useComposerHandle({ ref, field, change, active: closed === null && active })
  const escape = useEscape(busy, stop, props.editLast)
  const recall = useRecall({ field, draft, change, earlier: props.earlier })
  const isEmpty = isEmptyDraft(draft)
  const canSend = !isEmpty && closed === null
  useGrowing(field, draft.text)
  const take = (files: readonly File[]) => {
    if (closed === null) void takeInto(files, { draft, change, insert, setProblem })
  }
  const isOver = useFileDrop(form, take)
  const paste = usePaste(take, change)
  const setText = (text: string) => change((now) => ({ ...now, text }))
  const completion = useCompletion({ field, text: draft.text, setText, scope, submit: () => void submit('after') })
  const go = (when: SendWhen = 'after') => {
    if (!canSend || !completion.mayGo()) return
    paste.answer(false)
    void submit(when)
  }
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const key = keyOf(event)
    if (event.defaultPrevented || isComposition(key)) return
    if (completion.onKey(event) || escape.onKey(event) || recall.onKey(event)) return
    // An empty composer leaves the chord to a question that waits.
    if (meaningOfEnter(key, enterSends) !== 'send' || (isEmpty && (event.metaKey || event.ctrlKey))) return
    event.preventDefault()
    go(busy && meansNow(key, enterSends) ? 'now' : 'after')
  }
  return (
    <form
      ref={form}
      className="composer"
      data-over={isOver || undefined}
      data-command={commandOf(draft) !== null || undefined}
      aria-label={props.label ?? 'New message'}
      onSubmit={(event) => (event.preventDefault(), go())}
    >
      <DraftChips parts={draft.parts} change={change} onText={insert} />
      <CompletionList completion={completion} />
      <textarea
        {...completion.fieldProps}
        ref={field}
        rows={1}
        dir="auto"
        value={draft.text}
        placeholder={closed ?? placeholder}
        aria-label="Message"
        disabled={closed !== null}
        onChange={(event) => change((now) => ({ ...now, text: event.target.value }))}
        onKeyDown={onKey}
        onPaste={paste.onPaste}
      />
      <CompletionLines completion={completion} />
      <ComposerLines draft={draft} problem={problem} offers={paste.offers} onOffer={paste.answer} editHint={escape.armed} />
      <div className="composer-bar">
        <AddFiles onFiles={take} disabled={closed !== null} />
        <PromptMenu text={draft.text} onInsert={insert} disabled={closed !== null} />
        <span className="composer-facts">{facts}</span>
        <ComposerButtons
          busy={busy}
          canSend={canSend}
          isEmpty={isEmpty}
          isCommand={commandOf(draft) !== null}
          enterSends={enterSends}
          stop={stop}
          stopAndClear={props.stopAndClear}
          send={go}
        />
      </div>
    </form>
  )
}

function keyOf({ key, shiftKey, metaKey, ctrlKey, altKey, keyCode, nativeEvent }: KeyboardEvent) {
  return { key, shiftKey, metaKey, ctrlKey, altKey, keyCode, isComposing: nativeEvent.isComposing }
}
