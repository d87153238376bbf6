import type { PastedServer, PasteFault } from '../../../shared/domain/mcp-server.ts'
import { Field } from '../../ui/field.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { FaultList } from './fault-list.tsx'

type PasteFieldProps = {
  text: string
  servers: readonly PastedServer[]
  faults: readonly PasteFault[]
  /** The name of the one that is in the form. */
  chosen: string
  paste: (text: string) => void
  choose: (server: PastedServer) => void
}

/** Takes configuration as people have it; what is wrong with it is named with its place. */
export function PasteField({ text, servers, faults, chosen, paste, choose }: PasteFieldProps) {
  const shown = servers.find(({ name }) => name === chosen) ?? servers[0]
  return (
    <>
      <Field
        label="Paste configuration"
        hint="JSON from a README, Claude, VS Code or Cursor, or a “claude mcp add” line. It fills in the fields below."
        problem={faults.length > 0 ? 'This can’t be read as it is:' : null}
      >
        {(props) => (
          <textarea
            className="input input-code"
            rows={4}
            spellCheck={false}
            value={text}
            placeholder='{ "mcpServers": { "github": { "command": "npx", "args": ["-y", "…"] } } }'
            onChange={(event) => paste(event.target.value)}
            {...props}
          />
        )}
      </Field>
      <FaultList faults={faults} alert />
      {servers.length > 1 && (
        <fieldset className="choice-list">
          <legend className="field-label">{servers.length} servers found. Each is saved on its own:</legend>
          {servers.map((server, index) => (
            <label key={index} className="choice">
              <input type="radio" name="pasted" checked={server === shown} onChange={() => choose(server)} />
              <span dir="auto">
                <VisibleText text={server.name ?? 'without a name'} />
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {shown !== undefined && shown.notes.length > 0 && (
        <ul className="paste-notes">
          {shown.notes.slice(0, 10).map((note) => (
            <li key={note} dir="auto">
              <VisibleText text={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
