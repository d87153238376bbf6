import { X } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { longestAside, type Exchange } from '../../../shared/domain/aside.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { askAside, closeAside, keepAside, stopAside, useAsides, writeAside, type AsideState } from '../../state/aside-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { usePanePlace } from '../../ui/pane-place.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatCost } from '../../words/figures.ts'
import { asideStatus } from './aside-words.ts'
import './aside.css'

type AsidePanelProps = {
  conversationId: string
  /** Puts an answer into the message that is being written. */
  onPut: (text: string) => void
  /** It was closed. */
  onClosed: () => void
}

/** A side question over the field for the next message: asked, answered, and gone without a trace when it is closed. */
export function AsidePanel(props: AsidePanelProps) {
  const state = useAsides(({ open }) => open.get(props.conversationId))
  return state ? <OpenPanel {...props} state={state} /> : null
}

function OpenPanel({ conversationId, onPut, onClosed, state }: AsidePanelProps & { state: AsideState }) {
  const { beside } = usePanePlace()
  const field = useRef<HTMLTextAreaElement>(null)
  const { exchanges, text, sending, problem, opened } = state
  const last = exchanges.at(-1)
  const isRunning = sending || last?.outcome === null
  useEffect(() => focusAtEnd(field.current), [opened])
  const close = () => {
    closeAside(conversationId)
    onClosed()
  }
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      if (isRunning) void stopAside(conversationId)
      else close()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      if (!isRunning) void askAside(conversationId)
    }
  }
  return (
    <section className="aside" aria-label={beside ? `Side question, pane ${beside.number}` : 'Side question'}>
      <div className="aside-head">
        <h2>Ask about this</h2>
        <span>Not part of the conversation; Claude only reads.</span>
        <IconButton label="Close side question" hint="Close; nothing is kept (Escape)" icon={X} size={14} onClick={close} />
      </div>
      {exchanges.length > 0 && <Exchanges exchanges={exchanges} />}
      {problem !== null && (
        <p className="aside-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="aside-ask">
        <textarea
          ref={field}
          rows={Math.min(6, text.split('\n').length)}
          dir="auto"
          value={text}
          maxLength={longestAside}
          placeholder={exchanges.length === 0 ? 'Ask about this conversation…' : 'Ask another…'}
          aria-label="Side question"
          onChange={(event) => writeAside(conversationId, event.target.value)}
          onKeyDown={onKey}
        />
        {isRunning ? (
          <Button key="stop" small onClick={() => void stopAside(conversationId)} disabled={sending}>
            Stop
          </Button>
        ) : (
          <Button key="ask" small variant="primary" disabled={text.trim() === ''} onClick={() => void askAside(conversationId)}>
            Ask
          </Button>
        )}
      </div>
      {last && last.outcome !== null && last.answer !== '' && (
        <div className="aside-foot">
          <Button small variant="quiet" onClick={() => onPut(last.answer)}>
            Put into the message
          </Button>
          <Button small variant="quiet" disabled={state.asideId === null} onClick={() => void keep(conversationId)}>
            Keep as a new conversation
          </Button>
          <span className="figure">{costWords(exchanges)}</span>
        </div>
      )}
    </section>
  )
}

function Exchanges({ exchanges }: { exchanges: readonly Exchange[] }) {
  const list = useRef<HTMLOListElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight
  }, [exchanges])
  const scrolled = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = list.current ?? {}
    atEnd.current = scrollHeight - scrollTop - clientHeight < 24
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <ol ref={list} className="aside-exchanges" aria-label="Questions and answers" tabIndex={0} onScroll={scrolled}>
      {exchanges.map((exchange) => (
        <li key={exchange.id}>
          <p className="aside-question" dir="auto">
            <VisibleText text={exchange.question} />
          </p>
          {exchange.answer !== '' && <Markdown text={exchange.answer} live={exchange.outcome === null} />}
          <p className="aside-status" data-failed={exchange.outcome === 'failed' || undefined} aria-live="polite">
            {asideStatus(exchange)}
          </p>
        </li>
      ))}
    </ol>
  )
}

async function keep(conversationId: string): Promise<void> {
  const id = await keepAside(conversationId)
  if (id !== null) ui.go({ name: 'conversation', id })
}

function costWords(exchanges: readonly Exchange[]): string {
  const known = exchanges.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]))
  return known.length === 0 ? '' : formatCost(known.reduce((sum, one) => sum + one, 0))
}

function focusAtEnd(field: HTMLTextAreaElement | null): void {
  field?.focus()
  field?.setSelectionRange(field.value.length, field.value.length)
}
