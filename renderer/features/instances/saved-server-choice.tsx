import { useSetup } from '../../state/setup-store.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { ui } from '../../state/ui-store.ts'
import { fieldLabels } from './instance-form.ts'

type ChoiceProps = {
  /** Names, one per line. */
  value: string
  change: (value: string) => void
  problem: string | null
}

/** Which of the saved MCP servers are used. One that is gone can only be left out. */
export function SavedServerChoice({ value, change, problem }: ChoiceProps) {
  const servers = useSetup((state) => state.servers) ?? []
  const chosen = value.split('\n').filter((name) => name !== '')
  const gone = chosen.filter((name) => !servers.some((server) => server.name === name))
  const set = (name: string, isOn: boolean) => change([...chosen.filter((one) => one !== name), ...(isOn ? [name] : [])].join('\n'))
  return (
    <fieldset className="field choice-list" aria-invalid={problem !== null}>
      <legend className="field-label">{fieldLabels.savedServers}</legend>
      {[...servers.map(({ name }) => name), ...gone].map((name) => (
        <label key={name} className="choice">
          <input type="checkbox" checked={chosen.includes(name)} onChange={(event) => set(name, event.target.checked)} />
          <span dir="auto">
            <VisibleText text={name} />
            {gone.includes(name) && <small className="field-problem"> no longer saved</small>}
          </span>
        </label>
      ))}
      {servers.length === 0 && gone.length === 0 && (
        <p className="field-hint">
          None saved yet.{' '}
          <button
            type="button"
            className="text-link"
            onClick={() => {
              ui.closeDialog()
              ui.go({ name: 'servers' })
            }}
          >
            Servers & profiles
          </button>
        </p>
      )}
      {problem !== null && <p className="field-problem">{problem}</p>}
    </fieldset>
  )
}
