import { useState } from 'react'
import type { ShownServer } from '../../../shared/domain/mcp-server.ts'
import { useSetup } from '../../state/setup-store.ts'
import { ui } from '../../state/ui-store.ts'
import { client } from '../../connection/connection.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { Button } from '../../ui/button.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { FoundServers } from './found-servers.tsx'
import { runsWords } from './server-form.ts'
import { SetupRow } from './setup-row.tsx'
import { TestResult } from './test-result.tsx'
import { UsedBy } from './used-by.tsx'
import { useServerTest } from './use-server-test.ts'

/** The saved MCP servers, and those that Claude Code has by itself. */
export function ServersPanel() {
  const servers = useSetup((state) => state.servers) ?? []
  return (
    <>
      <section aria-label="Saved servers">
        <div className="setup-head">
          <p className="page-lead">Save a server once, then choose it in any instance or profile.</p>
          <div className="setup-acts">
            <Button small onClick={() => ui.openDialog({ name: 'server' })}>
              Add server…
            </Button>
          </div>
        </div>
        {servers.length === 0 && <p className="setup-none">No saved servers yet.</p>}
        <ul className="setup-list">
          <SomeItems items={servers} first={50} name="servers">
            {(server) => <ServerRow key={server.id} server={server} />}
          </SomeItems>
        </ul>
      </section>
      <FoundServers />
    </>
  )
}

function ServerRow({ server }: { server: ShownServer }) {
  const { id, name, config, note, usedBy } = server
  const { result, problem, busy, run, forget } = useServerTest()
  const acts = (
    <>
      <Button small aria-label={`Test ${name}`} disabled={busy} onClick={() => void run(name, config)}>
        {busy ? 'Testing…' : 'Test'}
      </Button>
      <Button small variant="quiet" aria-label={`Edit ${name}`} onClick={() => ui.openDialog({ name: 'server', id })}>
        Edit…
      </Button>
      <Button small variant="quiet" aria-label={`Remove ${name}`} onClick={() => ui.openDialog({ name: 'remove-server', id })}>
        Remove…
      </Button>
    </>
  )
  return (
    <SetupRow name={name} note={note} acts={acts} below={<TestResult result={result} problem={problem} onClose={forget} />}>
      <code dir="auto">
        <BoundedText text={runsWords(config)} first={{ lines: 2, characters: 200 }} />
      </code>
      <UsedBy users={usedBy} />
    </SetupRow>
  )
}

/** Asks before a server is removed, and says from where it goes. */
export function RemoveServerDialog({ id }: { id: string }) {
  const [server] = useState(() => useSetup.getState().servers?.find((one) => one.id === id))
  if (!server) return null
  return <RemoveConfirm server={server} />
}

function RemoveConfirm({ server: { id, name, usedBy } }: { server: ShownServer }) {
  const words =
    usedBy.length === 0
      ? 'Nothing uses it.'
      : `It is also removed from: ${usedBy
          .map((user) => user.name)
          .slice(0, 20)
          .join(', ')}.`
  return (
    <FormDialog title={`Remove ${name}?`} action="Remove server" danger run={() => client.mcp.remove({ id, detach: true })}>
      <p dir="auto">
        <VisibleText text={words} />
      </p>
    </FormDialog>
  )
}
