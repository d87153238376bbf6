import { useEffect, useState } from 'react'
import type { FoundServer } from '../../../shared/domain/mcp-server.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { useSetup } from '../../state/setup-store.ts'
import { toast } from '../../state/toasts.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { shortPath } from '../../words/figures.ts'
import { runsWords } from './server-form.ts'

const scopes: Readonly<Record<FoundServer['scope'], string>> = {
  managed: 'Managed by your organization',
  user: 'Your Claude Code configuration',
  local: 'Your Claude Code configuration, this folder only',
  project: 'Project file',
  plugin: 'Plugin',
}

type Found = { found: readonly FoundServer[]; faults: readonly { file: string; message: string }[] }

/** What Claude Code's own configuration brings in a folder: to look at, and to copy. */
export function FoundServers() {
  const instances = usePool((state) => state.instances)
  const folders = [...new Set([...instances.values()].map(({ cwd }) => cwd))]
  const home = usePool((state) => state.health?.platform.home ?? null)
  const [chosen, setChosen] = useState<string | null>(null)
  const cwd = chosen ?? folders[0] ?? home
  const [read, setRead] = useState<(Found & { cwd: string }) | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let isCurrent = true
    if (cwd === null) return undefined
    client.mcp.list({ cwd }).then(
      ({ found, faults }) => isCurrent && setRead({ found, faults, cwd }),
      (thrown: unknown) => isCurrent && setProblem(errorWords(thrown)),
    )
    return () => {
      isCurrent = false
    }
  }, [cwd])
  return (
    <section className="found-servers" aria-label="From Claude Code’s configuration">
      <div className="setup-head">
        <h2>From Claude Code’s configuration</h2>
        {folders.length > 1 && (
          <select className="input" aria-label="Folder" value={cwd ?? ''} onChange={(event) => setChosen(event.target.value)}>
            {folders.map((folder) => (
              <option key={folder} value={folder}>
                {shortPath(folder, { home })}
              </option>
            ))}
          </select>
        )}
      </div>
      <p className="page-lead">
        Claude Code reads these itself, for every instance in{' '}
        {cwd === null ? 'a folder' : <span dir="auto">{shortPath(cwd, { home })}</span>}. Change them in their files.
      </p>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {read?.faults.map(({ file, message }) => (
        <p key={file} className="problem" dir="auto">
          <VisibleText text={`${shortPath(file, { home })}: ${message}`} />
        </p>
      ))}
      {read?.found.length === 0 && <p className="setup-none">No servers there.</p>}
      <ul className="setup-list">
        <SomeItems items={read?.found ?? []} first={50} name="servers">
          {(server, place) => <FoundRow key={place} server={server} cwd={read?.cwd ?? ''} home={home} />}
        </SomeItems>
      </ul>
    </section>
  )
}

function FoundRow({ server, cwd, home }: { server: FoundServer; cwd: string; home: string | null }) {
  const { name, scope, file, plugin, config, fault, hidden, state, because } = server
  const isSaved = useSetup((now) => now.servers?.some((saved) => saved.name === name) ?? false)
  return (
    <li className="setup-row">
      <div className="setup-words">
        <strong dir="auto">
          <VisibleText text={name.slice(0, 200)} />
        </strong>
        {config !== null && (
          <code dir="auto">
            <BoundedText text={runsWords(config)} first={{ lines: 2, characters: 200 }} />
          </code>
        )}
        {fault !== undefined && (
          <small className="setup-missing" dir="auto">
            <VisibleText text={fault.slice(0, 500)} />
          </small>
        )}
        <small dir="auto">
          <VisibleText
            text={[plugin === undefined ? scopes[scope] : `${scopes[scope]} ${plugin}`, shortPath(file, { home })].join(' · ')}
          />
        </small>
        {state !== 'on' && (
          <small dir="auto">
            <VisibleText text={stateWords(state, shortPath(because ?? '', { home }))} />
          </small>
        )}
        {hidden.length > 0 && <small>Keys aren’t shown. When copied, they go into the key store.</small>}
      </div>
      <div className="setup-acts">
        {config !== null && (
          <Button small disabled={isSaved} aria-label={`Copy ${name} to Bullpen`} onClick={() => void copy(server, cwd)}>
            {isSaved ? 'Saved' : 'Copy to Bullpen'}
          </Button>
        )}
      </div>
    </li>
  )
}

async function copy({ name, scope, file }: FoundServer, cwd: string): Promise<void> {
  try {
    const { server, secrets, notes } = await client.mcp.copy({ cwd, name, scope, file })
    const kept = secrets.length === 0 ? '' : `; kept as secrets: ${secrets.join(', ')}`
    toast([`${server.name} saved${kept}`, ...notes.filter((note) => note.startsWith('Left out'))].join('. '))
  } catch (thrown) {
    toast(errorWords(thrown), 'warning')
  }
}

function stateWords(state: FoundServer['state'], because: string): string {
  return state === 'off' ? `Switched off in ${because}` : `Not used: the one in ${because} comes first`
}
