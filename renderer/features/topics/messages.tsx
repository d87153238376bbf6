import { useEffect, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { Topic, TopicMessageState } from '../../../shared/domain/topic.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { plural } from '../../words/figures.ts'
import { errorWords } from '../../words/error-words.ts'
import { MessageList } from './message-list.ts'
import { MessageRow } from './message-row.tsx'
import { emptyWords, stateNames } from './topic-words.ts'
import '../../ui/list-row.css'

type View = TopicMessageState | 'all'
const views: readonly View[] = ['waiting', 'taken', 'done', 'dead', 'all']
const rowHeight = 46
/** As much of a text as a row shows. */
const textLimit = 300

type MessagesProps = { topic: Topic; openId: string | null; look: (id: string | null) => void }

/** The messages of a topic by their state. */
export function Messages({ topic, openId, look }: MessagesProps) {
  const [view, setView] = useState<View>(() => (topic.dead > 0 ? 'dead' : topic.waiting + topic.taken > 0 ? 'waiting' : 'all'))
  const count = (one: View) => (one === 'all' ? topic.waiting + topic.taken + topic.done + topic.dead : topic[one])
  return (
    <div className="topic-messages">
      <div className="topic-section">
        <h2>Messages</h2>
        <fieldset className="topic-states" aria-label="Which messages">
          {views.map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
              {one === 'all' ? 'All' : stateNames[one]} <span className="figure">{count(one).toLocaleString('en-US')}</span>
            </button>
          ))}
        </fieldset>
        {view === 'dead' && topic.dead > 0 && <DeadActs topic={topic} />}
      </div>
      <Rows key={view} topic={topic} view={view} openId={openId} look={look} />
    </div>
  )
}

function DeadActs({ topic: { name } }: { topic: Topic }) {
  const requeueAll = () =>
    attempt(client.topics.requeueAll({ name }).then(({ requeued }) => toast(`${plural(requeued, 'message')} requeued.`)))
  return (
    <span className="topic-right topic-acts">
      <Button small onClick={requeueAll}>
        Requeue all
      </Button>
      <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'clear-topic', topic: name })}>
        Clear dead…
      </Button>
    </span>
  )
}

function Rows({ topic, view, openId, look }: MessagesProps & { view: View }) {
  const list = useMessageList(topic, view)
  const { items, hasMore, loaded, problem } = useStore(list.store)
  const virtuoso = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  const at = Math.min(cursor, Math.max(0, items.length - 1))
  useEffect(() => {
    const box = frame.current
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') return look(null)
      const to = rowOfKey(event.key, at, items.length)
      if (to === undefined || items.length === 0) return
      event.preventDefault()
      const index = Math.max(0, Math.min(to, items.length - 1))
      setCursor(index)
      // The row that has the focus may be drawn no more once it is out of sight; the keys stay here.
      box?.focus({ preventScroll: true })
      virtuoso.current?.scrollIntoView({ index, done: () => focusInRow(box, index, '.list-open') })
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [at, items.length, look])
  if (problem !== null)
    return (
      <p className="problem" role="alert">
        {problem}{' '}
        <Button small onClick={() => list.refresh()}>
          Try again
        </Button>
      </p>
    )
  if (loaded && items.length === 0) return <p className="topics-faint topic-none">{emptyWords(view)}</p>
  return (
    <div ref={frame} className="list-frame" tabIndex={-1} aria-busy={!loaded}>
      <Virtuoso
        ref={virtuoso}
        className="list-rows"
        data={items}
        computeItemKey={(_, message) => message.id}
        fixedItemHeight={rowHeight}
        increaseViewportBy={300}
        rangeChanged={({ startIndex, endIndex }) => list.see(startIndex, endIndex)}
        endReached={() => hasMore && list.more()}
        itemContent={(index, message) => (
          <MessageRow
            message={message}
            topic={topic.name}
            index={index}
            isOpen={message.id === openId}
            isCursor={index === at}
            look={look}
            toCursor={() => setCursor(index)}
          />
        )}
        tabIndex={-1}
      />
    </div>
  )
}

/** Its list, read again whenever the topic has changed. What waits comes in its order; of what ended the newest comes first. */
function useMessageList(topic: Topic, view: View): MessageList {
  const { name } = topic
  const [list] = useState(() => {
    const sort = view === 'waiting' || view === 'taken' ? 'oldest' : 'newest'
    const of = view === 'all' ? {} : { state: view }
    return new MessageList((place) => client.topics.messages({ name, sort, textLimit, ...of, ...place }), sort, errorWords)
  })
  useEffect(() => list.refresh(), [list, topic])
  return list
}
