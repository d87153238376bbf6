import { useMemo } from 'react'
import type { Image } from '../../../shared/domain/message.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Composer } from '../conversations/composer.tsx'
import { composerPlaceholder, modelWords, permissionWords } from '../conversations/composer-words.ts'
import { formatDuration, shortPath } from '../conversations/figures.ts'
import { useNow } from '../conversations/use-now.ts'
import { lifeEntries } from './instance-actions.ts'
import { instanceLine, markOf } from './instance-words.ts'
import './instances.css'

/** An instance: what it is, how it is, what can be done with it, and a place to begin a conversation. */
export function InstanceScreen({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const enterSends = usePool((state) => state.settings?.enterSends ?? true)
  if (!instance) return <main className="page" />
  const send = async (text: string, images: readonly Image[]) => {
    const conversation = await client.conversations.create({ instanceId: id })
    try {
      await client.conversations.send({ id: conversation.id, text, ...(images.length > 0 ? { images: [...images] } : {}) })
    } catch (thrown) {
      await client.conversations.remove({ id: conversation.id })
      throw thrown
    }
    ui.go({ name: 'conversation', id: conversation.id })
  }
  return (
    <main className="instance-screen">
      <div className="instance-head">
        <StateMark mark={markOf(instance)} />
        <h1>{instance.name}</h1>
      </div>
      <div className="instance-scroll">
        <div className="instance-column">
          <Acts instance={instance} />
          <Facts instance={instance} />
          <Talks id={id} />
        </div>
      </div>
      <div className="composer-place">
        <div className="composer-column">
          <Composer
            conversationId={`instance:${id}`}
            placeholder={composerPlaceholder(instance, '', false)}
            enterSends={enterSends}
            busy={false}
            closed={null}
            send={send}
            stop={() => undefined}
            facts={<span>Begins a new conversation</span>}
          />
        </div>
      </div>
    </main>
  )
}

function Acts({ instance }: { instance: Instance }) {
  const canFreeze = usePool((state) => state.health?.platform.canFreeze ?? false)
  return (
    <div className="instance-acts">
      {lifeEntries(instance, canFreeze).map(({ id, label, hint, run }) => (
        <Button key={id} small title={hint} onClick={run}>
          {label}
        </Button>
      ))}
      <Button small onClick={() => ui.openDialog({ name: 'edit-instance', id: instance.id })}>
        Edit…
      </Button>
      <Button small variant="danger" onClick={() => ui.openDialog({ name: 'remove-instance', id: instance.id })}>
        Remove…
      </Button>
    </div>
  )
}

function Facts({ instance }: { instance: Instance }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const now = useNow(true)
  const { process, cwd, model, permissionMode, skippedLines, addDirs, allowedTools, disallowedTools, error } = instance
  const facts: [string, string | null][] = [
    ['State', instanceLine(instance, { now, home })],
    ['What to do', error ? `${error.message} Press Restart when it is mended.` : null],
    ['Folder', shortPath(cwd, { home })],
    ['More folders', addDirs.join(', ') || null],
    ['Model', modelWords(model) ?? 'Claude Code’s own choice'],
    ['Permissions', permissionWords(permissionMode)],
    ['Allowed tools', allowedTools.join(', ') || null],
    ['Denied tools', disallowedTools.join(', ') || null],
    [
      'Process',
      process ? `${process.pid}, ${process.origin}, for ${formatDuration(Math.max(0, now - Date.parse(process.startedAt)))}` : 'None',
    ],
    ['Memory', process?.memoryMb ? `${process.memoryMb} MB with its tools` : null],
    ['Skipped lines', skippedLines > 0 ? `${skippedLines} that could not be read` : null],
  ]
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figure">{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

const mostTalks = 12

function Talks({ id }: { id: string }) {
  const conversations = usePool((state) => state.conversations)
  const own = useMemo(
    () =>
      [...conversations.values()].filter(({ instanceId }) => instanceId === id).toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)),
    [conversations, id],
  )
  if (own.length === 0) return null
  return (
    <section className="instance-talks">
      <h2>Conversations</h2>
      {own.slice(0, mostTalks).map((one) => (
        <button key={one.id} type="button" onClick={() => ui.go({ name: 'conversation', id: one.id })}>
          {one.title}
          <small className="figure">{new Date(one.updatedAt).toLocaleString()}</small>
        </button>
      ))}
    </section>
  )
}
