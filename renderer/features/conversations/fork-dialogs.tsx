import { Archive, Bookmark, CornerDownRight, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ForkNode } from '../../../shared/domain/library.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { formatWhen, plural } from '../../words/figures.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import './conversation-lines.css'

/** Gives a message a name, or takes it away. */
export function CheckpointDialog({ id, messageId }: { id: string; messageId: string }) {
  const known = usePool((state) => state.conversations.get(id)?.checkpoints?.find((one) => one.messageId === messageId)?.name)
  const [name, setName] = useState(known ?? '')
  return (
    <FormDialog
      title="Checkpoint"
      description="A message with a name. Later, instances can be started from it, each with all that was said until then."
      action={known !== undefined && name.trim() === '' ? 'Remove' : 'Save'}
      ready={name.trim() !== '' || known !== undefined}
      run={() => client.conversations.checkpoint({ id, messageId, name: name.trim() || null })}
    >
      <Field label="Name">
        {(props) => (
          <input
            className="input"
            placeholder="Knows the codebase"
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
            {...props}
          />
        )}
      </Field>
    </FormDialog>
  )
}

const counts = [1, 2, 3, 4, 5, 6, 7, 8]

/** Several instances that go on from one message. */
export function StartFromDialog({ id, messageId }: { id: string; messageId: string }) {
  const [count, setCount] = useState(2)
  const [text, setText] = useState('')
  const run = async () => {
    const { items } = await client.conversations.start({ id, messageId, count, ...(text.trim() === '' ? {} : { text }) })
    const [first] = items
    toast(`${plural(items.length, 'instance')} started from this message.`)
    if (first && items.length === 1) ui.go({ name: 'conversation', id: first.id })
  }
  return (
    <FormDialog
      title="Start instances from this message"
      description="Each is like the instance of this conversation and knows all that was said until this message."
      action="Start"
      run={run}
    >
      <Field label="How many">
        {(props) => (
          <select className="input" value={count} onChange={(event) => setCount(Number(event.target.value))} {...props}>
            {counts.map((number) => (
              <option key={number} value={number}>
                {number}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="First message" hint="Optional. Sent to all of them.">
        {(props) => <textarea className="input" rows={4} value={text} onChange={(event) => setText(event.target.value)} {...props} />}
      </Field>
    </FormDialog>
  )
}

/** A conversation, what it was forked from, and what was forked from it. */
export function ForksDialog({ id }: { id: string }) {
  const [nodes, setNodes] = useState<readonly ForkNode[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    client.conversations.forks({ id }).then(
      ({ items }) => !gone && setNodes(items),
      (thrown: unknown) => !gone && setProblem(errorWords(thrown)),
    )
    return () => {
      gone = true
    }
  }, [id])
  return (
    <Dialog title="Forks" description="Each goes on from a message of the one above it." onClose={ui.closeDialog}>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {nodes?.length === 1 && <p>No forks yet. Use the fork button beside a message to create one.</p>}
      <ul className="forks">
        {nodes?.map((node) => (
          <ForkLine key={node.id} node={node} depth={depthOf(node, nodes)} isCurrent={node.id === id} />
        ))}
      </ul>
    </Dialog>
  )
}

function ForkLine({ node, depth, isCurrent }: { node: ForkNode; depth: number; isCurrent: boolean }) {
  const { id, title, state, messageCount, updatedAt } = node
  const checkpoints = usePool((pool) => pool.conversations.get(id)?.checkpoints?.length ?? 0)
  const open = () => {
    ui.closeDialog()
    ui.go({ name: 'conversation', id })
  }
  const Icon = state === 'archived' ? Archive : state === 'trash' ? Trash2 : CornerDownRight
  return (
    <li style={{ paddingLeft: Math.min(depth, 8) * 18 }}>
      {(depth > 0 || state !== 'active') && <Icon size={14} strokeWidth={1.75} aria-hidden />}
      <Button variant="quiet" small disabled={state === 'trash'} aria-current={isCurrent ? 'page' : undefined} onClick={open}>
        {title}
      </Button>
      {checkpoints > 0 && (
        <span title={plural(checkpoints, 'checkpoint')}>
          <Bookmark size={12} strokeWidth={1.75} aria-hidden /> {checkpoints}
        </span>
      )}
      <span className="figure">
        {plural(messageCount, 'message')} · {formatWhen(updatedAt)}
      </span>
    </li>
  )
}

function depthOf(node: ForkNode, nodes: readonly ForkNode[]): number {
  const byId = new Map(nodes.map((one) => [one.id, one]))
  let depth = 0
  // Bounded: a damaged file could hold a ring.
  for (let at = node.parentId === null ? undefined : byId.get(node.parentId); at && depth < 50; depth += 1)
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  return depth
}
