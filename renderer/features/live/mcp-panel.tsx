import { useCallback, useEffect, useState } from 'react'
import type { McpAction, McpServerInfo } from '../../../shared/domain/claude-info.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { plural } from '../../words/figures.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import './mcp-panel.css'

const states: Readonly<Record<McpServerInfo['status'], string>> = {
  connected: 'Connected',
  failed: 'Failed',
  'needs-auth': 'Sign-in needed',
  pending: 'Connecting',
  disabled: 'Disabled',
}
const betweenMs = 2_000
/** A sign-in that takes longer is looked at when somebody asks. */
const mostLooks = 150

/** The MCP servers of an instance's process: how each is, its tools, and what can be done about it. */
export function McpPanel({ instance, isAsked = false }: { instance: Instance; /** They are read at once. */ isAsked?: boolean }) {
  const { servers, problem, busy, load, act } = useServers(instance.id)
  useEffect(() => {
    if (isAsked) void load()
  }, [isAsked, load])
  const hasProcess = instance.process !== null
  return (
    <section className="mcp-panel" aria-label="MCP servers">
      <div className="mcp-head">
        <h2>MCP servers</h2>
        <Button small variant="quiet" disabled={busy} onClick={() => void load()}>
          {servers === null ? 'Show' : 'Refresh'}
        </Button>
      </div>
      {servers === null && !hasProcess && <p className="mcp-note">Starts the process to check.</p>}
      {busy && servers === null && <p className="mcp-note">Asking Claude Code…</p>}
      {problem && (
        <p role="alert" className="composer-problem">
          {problem}
        </p>
      )}
      {servers?.length === 0 && <p className="mcp-note">No MCP servers. Add them to the instance or to your Claude Code settings.</p>}
      <ul className="mcp-servers">
        <SomeItems items={servers ?? []} first={50} name="servers">
          {(server) => <Server key={server.name} instanceId={instance.id} server={server} busy={busy} act={act} again={load} />}
        </SomeItems>
      </ul>
    </section>
  )
}

type Act = (server: string, action: McpAction) => void
type ServerProps = { instanceId: string; server: McpServerInfo; busy: boolean; act: Act; again: () => Promise<void> }

function Server({ instanceId, server, busy, act, again }: ServerProps) {
  const { name, status, error, tools, source, version } = server
  const shown = <VisibleText text={name.slice(0, 200)} />
  return (
    <li>
      <div className="mcp-server">
        <span className="mcp-state" data-status={status}>
          <strong dir="auto">{shown}</strong>
          <span>{states[status]}</span>
          {(version ?? source) !== undefined && (
            <small dir="auto">
              <VisibleText text={[version, source === 'dynamic' ? 'this instance' : source].filter(Boolean).join(' · ').slice(0, 200)} />
            </small>
          )}
        </span>
        <span className="mcp-acts">
          {status !== 'disabled' && (
            <Button small disabled={busy} aria-label={`Reconnect ${name}`} onClick={() => act(name, 'reconnect')}>
              Reconnect
            </Button>
          )}
          {status === 'disabled' ? (
            <Button small disabled={busy} aria-label={`Enable ${name}`} onClick={() => act(name, 'enable')}>
              Enable
            </Button>
          ) : (
            <Button small variant="quiet" disabled={busy} aria-label={`Disable ${name}`} onClick={() => act(name, 'disable')}>
              Disable
            </Button>
          )}
        </span>
      </div>
      {error !== undefined && (
        <p className="mcp-error" dir="auto">
          <VisibleText text={error.slice(0, 1_000)} />
        </p>
      )}
      {status === 'needs-auth' && <SignIn instanceId={instanceId} name={name} again={again} />}
      {tools.length > 0 && (
        <details className="mcp-tools">
          <summary>{plural(tools.length, 'tool')}</summary>
          <ul>
            <SomeItems items={tools} first={30} name="tools">
              {(tool, place) => (
                <li key={place} dir="auto">
                  <code>
                    <VisibleText text={tool.name.slice(0, 200)} />
                  </code>{' '}
                  <VisibleText text={tool.description.slice(0, 300)} />
                </li>
              )}
            </SomeItems>
          </ul>
        </details>
      )}
    </li>
  )
}

/** The address is shown whole before it is opened; Claude Code waits for the rest by itself. */
function SignIn({ instanceId, name, again }: { instanceId: string; name: string; again: () => Promise<void> }) {
  const [url, setUrl] = useState<string | null>(null)
  const [words, setWords] = useState<string | null>(null)
  const start = () => {
    client.instances.mcpSignIn({ id: instanceId, server: name }).then(
      (answer) => {
        setUrl(answer.url)
        setWords(answer.url === null ? 'No sign-in is needed.' : 'Waiting for you to sign in…')
        if (answer.url === null) void again()
      },
      (thrown: unknown) => setWords(errorWords(thrown)),
    )
  }
  const isWeb = url !== null && /^https?:\/\//i.test(url) && url.length <= 4_000
  return (
    <div className="mcp-sign-in">
      <Button small aria-label={`Sign in to ${name}`} onClick={start}>
        Sign in
      </Button>
      {isWeb && (
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          referrerPolicy="no-referrer"
          aria-label={`Open the sign-in page of ${name}`}
        >
          {url}
        </a>
      )}
      {words !== null && <output>{words}</output>}
    </div>
  )
}

/** Asked for when they are wanted, and again while one of them is on its way to be connected. */
function useServers(instanceId: string) {
  const [servers, setServers] = useState<readonly McpServerInfo[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [looks, setLooks] = useState(0)
  const take = useCallback(async (call: Promise<{ items: McpServerInfo[] }>) => {
    setBusy(true)
    setProblem(null)
    try {
      setServers((await call).items)
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setBusy(false)
    }
  }, [])
  const load = useCallback(() => {
    setLooks(0)
    return take(client.instances.mcp({ id: instanceId }))
  }, [instanceId, take])
  const act: Act = (server, action) => {
    setLooks(0)
    void take(client.instances.mcpAction({ id: instanceId, server, action }))
  }
  const isOnItsWay = servers?.some(({ status }) => status === 'pending' || status === 'needs-auth') ?? false
  useEffect(() => {
    if (!isOnItsWay || looks >= mostLooks) return undefined
    const timer = setTimeout(() => {
      client.instances.mcp({ id: instanceId, start: false }).then(
        ({ items }) => setServers(items),
        () => undefined,
      )
      setLooks((count) => count + 1)
    }, betweenMs)
    return () => clearTimeout(timer)
  }, [isOnItsWay, looks, instanceId])
  return { servers, problem, busy, load, act }
}
