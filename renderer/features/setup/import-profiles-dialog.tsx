import { useRef, useState } from 'react'
import type { ProfileImport } from '../../../shared/domain/profile.ts'
import { client } from '../../connection/connection.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { permissionWords } from '../../words/permission-modes.ts'
import { plural } from '../../words/figures.ts'
import { FaultList } from './fault-list.tsx'
import './setup.css'

const mostBytes = 5_000_000

/** Takes profiles from a file: shows first what would be added, and what is missing here. */
export function ImportProfilesDialog() {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [plan, setPlan] = useState<ProfileImport | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const look = async (next: string) => {
    setText(next)
    setPlan(null)
    setProblem(null)
    if (next.trim() === '') return
    try {
      setPlan(await client.profiles.import({ text: next, dryRun: true }))
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
  }
  const open = async (file: File) => {
    if (file.size > mostBytes) return setProblem(`${file.name} is too large to be a file of profiles.`)
    return look(await file.text())
  }
  const added = plan === null ? 0 : [...plan.profiles, ...plan.servers].filter(({ act }) => act !== 'same').length
  const take = async () => {
    try {
      const { profiles } = await client.profiles.import({ text, dryRun: false })
      toast(`${plural(profiles.filter(({ act }) => act !== 'same').length, 'profile')} imported`)
      ui.closeDialog()
      ui.go({ name: 'profiles' })
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
  }
  return (
    <Dialog
      title="Import profiles"
      description="From a file that Bullpen exported. Nothing is added before you have seen it."
      onClose={ui.closeDialog}
      footer={
        <>
          {problem !== null && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          <Button variant="quiet" onClick={ui.closeDialog}>
            Cancel
          </Button>
          <Button variant="primary" disabled={added === 0} onClick={() => void take()}>
            Import
          </Button>
        </>
      }
    >
      <div className="dialog-form">
        <div className="import-file">
          <Button onClick={() => input.current?.click()}>Choose file…</Button>
          <input
            ref={input}
            type="file"
            hidden
            accept=".json,application/json"
            aria-label="File of profiles"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              if (file) void open(file)
              event.target.value = ''
            }}
          />
        </div>
        <Field label="Or paste its content">
          {(props) => (
            <textarea
              className="input input-code"
              rows={4}
              spellCheck={false}
              value={text}
              onChange={(event) => void look(event.target.value)}
              {...props}
            />
          )}
        </Field>
        {plan && <Plan plan={plan} />}
      </div>
    </Dialog>
  )
}

function Plan({ plan: { profiles, servers, missing, faults } }: { plan: ProfileImport }) {
  return (
    <div className="import-plan" aria-live="polite">
      <FaultList faults={faults} />
      {profiles.length > 0 && (
        <>
          <h2>Profiles</h2>
          <ul>
            <SomeItems items={profiles} first={20} name="profiles">
              {(one, index) => (
                <li key={index} dir="auto">
                  <VisibleText text={actWords(one)} />
                  {one.act !== 'same' && <Powers profile={one} />}
                </li>
              )}
            </SomeItems>
          </ul>
        </>
      )}
      {servers.length > 0 && (
        <>
          <h2>MCP servers</h2>
          <p className="field-hint">Instances of these profiles start them. Import only from people you trust.</p>
          <ul>
            <SomeItems items={servers} first={20} name="servers">
              {(one, index) => (
                <li key={index} dir="auto">
                  <VisibleText text={actWords(one)} />
                  <br />
                  <code>
                    <VisibleText text={one.runs.slice(0, 500)} />
                  </code>
                </li>
              )}
            </SomeItems>
          </ul>
        </>
      )}
      {missing.length > 0 && (
        <>
          <h2>Missing here</h2>
          <ul>
            <SomeItems items={missing} first={20} name="missing">
              {({ kind, name, usedBy }, index) => (
                <li key={index} dir="auto">
                  <VisibleText text={`${kinds[kind]} ${name} (${usedBy})`} />
                </li>
              )}
            </SomeItems>
          </ul>
        </>
      )}
    </div>
  )
}

/** What a person has to know of a profile that somebody else has written. */
function Powers({ profile: { permissionMode, allowedTools, env, starts } }: { profile: ProfileImport['profiles'][number] }) {
  const facts = [
    permissionMode === undefined ? null : permissionWords(permissionMode),
    allowedTools.length === 0 ? null : `Runs without asking: ${someOf(allowedTools)}`,
    env.length === 0 ? null : `Sets ${someOf(env)}`,
  ].filter((fact) => fact !== null)
  return (
    <>
      {facts.map((fact) => (
        <small key={fact} className="import-power" data-warn={fact === permissionWords('bypassPermissions') || undefined}>
          <VisibleText text={fact} />
        </small>
      ))}
      {starts.slice(0, 20).map(({ name, runs }) => (
        <code key={name}>
          <VisibleText text={`${name}: ${runs}`.slice(0, 500)} />
        </code>
      ))}
    </>
  )
}

function someOf(names: readonly string[]): string {
  return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`.slice(0, 400)
}

const kinds: Readonly<Record<ProfileImport['missing'][number]['kind'], string>> = {
  secret: 'Secret',
  environment: 'Environment variable',
  server: 'MCP server',
  folder: 'Folder',
}

function actWords({ name, as, act }: { name: string; as: string; act: 'add' | 'same' | 'renamed' }): string {
  if (act === 'same') return `${name} is here already`
  return act === 'add' ? name : `${name}, as ${as}: the name is taken`
}
