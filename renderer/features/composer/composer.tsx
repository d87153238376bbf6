import { ArrowUp, ImagePlus, Square } from 'lucide-react'
import {
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type RefObject,
} from 'react'
import type { Prompt } from '../../../shared/domain/task.ts'
import { drafts, emptyDraft, type Draft } from '../../state/thread-drafts.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'
import { DraftImages } from './draft-images.tsx'
import { takeImages } from './composer-images.ts'
import { meaningOfPaste } from './composer-paste.ts'
import { meaningOfEnter } from './composer-keys.ts'
import { useFileDrop } from '../../ui/use-file-drop.ts'
import './composer.css'

export type ComposerHandle = { focus: () => void; /** Puts text before what is being written. */ putFirst: (text: string) => void }

export type ComposerProps = {
  ref?: Ref<ComposerHandle>
  conversationId: string
  placeholder: string
  enterSends: boolean
  /** A turn runs: it can be stopped. */
  busy: boolean
  /** Why nothing can be sent; null when it can. */
  closed: string | null
  /** Rejects with what the user should read; the text then stays. */
  send: (prompt: Prompt) => Promise<void>
  stop: () => void
  /** Folder, permission mode and model, small, beside the buttons. */
  facts: ReactNode
}

type SetDraft = (change: (now: Draft) => Draft) => void

/** Where a message is written. What is written stays until it has been taken. */
export function Composer({ ref, conversationId, placeholder, enterSends, busy, closed, send, stop, facts }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useDraft(conversationId)
  const { problem, sending, submit, setProblem } = useSubmit(draft, setDraft, send)
  const form = useRef<HTMLFormElement>(null)
  useHandle(ref, field, setDraft)
  useLayoutEffect(() => {
    if (field.current) grow(field.current)
  }, [draft.text])
  const isEmpty = draft.text.trim() === '' && draft.images.length === 0
  const canSend = !isEmpty && !sending && closed === null

  const take = (files: readonly File[]) => {
    void takeImages(files, draft.images.length).then(({ images, problems }) => {
      if (images.length > 0) setDraft((now) => ({ ...now, images: [...now.images, ...images] }))
      setProblem(problems.length > 0 ? problems.join(' ') : null)
    })
  }
  const isOver = useFileDrop(form, take)
  const paste = usePaste(take)
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (meaningOfEnter({ ...keyOf(event), isComposing: event.nativeEvent.isComposing }, enterSends) !== 'send') return
    // An empty composer leaves the chord to a question that waits.
    if (isEmpty && (event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    if (canSend) {
      paste.answer(false)
      void submit()
    }
  }
  return (
    <form
      ref={form}
      className="composer"
      data-over={isOver || undefined}
      aria-label="New message"
      onSubmit={(event) => {
        event.preventDefault()
        if (canSend) void submit()
      }}
    >
      <DraftImages
        images={draft.images}
        onRemove={(place) => setDraft((now) => ({ ...now, images: now.images.filter((_, at) => at !== place) }))}
      />
      <textarea
        ref={field}
        rows={1}
        value={draft.text}
        placeholder={closed ?? placeholder}
        aria-label="Message"
        disabled={closed !== null}
        onChange={(event) => setDraft((now) => ({ ...now, text: event.target.value }))}
        onKeyDown={onKey}
        onPaste={paste.onPaste}
      />
      {problem && (
        <p role="alert" className="composer-problem">
          {problem}
        </p>
      )}
      {paste.offers && (
        <OfferedPicture
          onAnswer={(wanted) => {
            paste.answer(wanted)
            field.current?.focus()
          }}
        />
      )}
      <div className="composer-bar">
        <AddImages onFiles={take} disabled={closed !== null} />
        <span className="composer-facts">{facts}</span>
        <ComposerButtons busy={busy} canSend={canSend} isEmpty={isEmpty} stop={stop} />
      </div>
    </form>
  )
}

/** What was pasted as words came as a picture too. */
function OfferedPicture({ onAnswer }: { onAnswer: (wanted: boolean) => void }) {
  return (
    <output className="composer-offer">
      Pasted as text. The clipboard has a picture of it too.
      <button type="button" className="small-button" onClick={() => onAnswer(true)}>
        Add picture
      </button>
      <button type="button" className="small-button" onClick={() => onAnswer(false)}>
        Dismiss
      </button>
    </output>
  )
}

function ComposerButtons({ busy, canSend, isEmpty, stop }: { busy: boolean; canSend: boolean; isEmpty: boolean; stop: () => void }) {
  return (
    <span className="composer-buttons">
      {busy && (
        <button type="button" className="composer-stop" onClick={stop} title="End the turn and keep what was said">
          <Square size={12} strokeWidth={1.75} aria-hidden />
          Stop <ChordHint keys={['mod', '.']} />
        </button>
      )}
      {(!busy || !isEmpty) && (
        <button
          type="submit"
          className="composer-send"
          disabled={!canSend}
          aria-label={busy ? 'Send; queued until the current turn finishes' : 'Send'}
          title={busy ? 'Send; queued until the current turn finishes' : 'Send'}
        >
          <ArrowUp size={16} strokeWidth={2} aria-hidden />
        </button>
      )}
    </span>
  )
}

function AddImages({ onFiles, disabled }: { onFiles: (files: File[]) => void; disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        className="composer-icon"
        aria-label="Add images"
        title="Add images; you can also paste or drop them"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        <ImagePlus size={16} strokeWidth={1.75} aria-hidden />
      </button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        tabIndex={-1}
        aria-hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}

/** The draft of a conversation; kept when the screen goes away. */
function useDraft(conversationId: string): [Draft, SetDraft] {
  const [state, setState] = useState(() => ({ id: conversationId, draft: drafts.get(conversationId) }))
  const current = state.id === conversationId ? state : { id: conversationId, draft: drafts.get(conversationId) }
  const change = useCallback(
    (how: (now: Draft) => Draft) => {
      const draft = how(drafts.get(conversationId))
      drafts.set(conversationId, draft)
      setState({ id: conversationId, draft })
    },
    [conversationId],
  )
  return [current.draft, change]
}

function useHandle(ref: ComposerProps['ref'], field: RefObject<HTMLTextAreaElement | null>, setDraft: SetDraft) {
  useImperativeHandle(
    ref,
    () => ({
      focus: () => field.current?.focus(),
      putFirst: (text) => {
        setDraft((now) => ({ ...now, text: `${text}\n\n${now.text}` }))
        field.current?.focus()
      },
    }),
    [field, setDraft],
  )
}

/** Takes pasted pictures; one that came beside words is offered. */
function usePaste(take: (files: readonly File[]) => void) {
  const [offered, setOffered] = useState<readonly File[]>([])
  const answer = (wanted: boolean) => {
    if (wanted) take(offered)
    setOffered([])
  }
  const onPaste = (event: ClipboardEvent) => {
    const paste = meaningOfPaste({ text: event.clipboardData.getData('text/plain'), files: [...event.clipboardData.files] })
    setOffered(paste.kind === 'text' ? paste.offered : [])
    if (paste.kind === 'text') return
    event.preventDefault()
    take(paste.files)
  }
  return { offers: offered.length > 0, answer, onPaste }
}

function useSubmit(draft: Draft, setDraft: SetDraft, send: ComposerProps['send']) {
  const [problem, setProblem] = useState<string | null>(null)
  const [sending, setSending] = useState(false)
  const submit = async () => {
    setSending(true)
    setProblem(null)
    try {
      await send({ text: draft.text, images: draft.images.map(({ mediaType, data }) => ({ mediaType, data })) })
      // What was written while it was on its way stays.
      setDraft((now) => (now === draft ? emptyDraft : now))
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'The message could not be sent. It is kept here: try again.')
    } finally {
      setSending(false)
    }
  }
  return { problem, sending, submit, setProblem }
}

const maxHeight = 280

function grow(element: HTMLTextAreaElement): void {
  element.style.height = 'auto'
  element.style.height = `${Math.min(maxHeight, element.scrollHeight)}px`
  element.style.overflowY = element.scrollHeight > maxHeight ? 'auto' : 'hidden'
}

function keyOf({ key, shiftKey, metaKey, ctrlKey, altKey, keyCode }: KeyboardEvent) {
  return { key, shiftKey, metaKey, ctrlKey, altKey, keyCode }
}
