import { useEffect, useState } from 'react'
import { setupPlace } from '../../state/places.ts'
import { loadSecrets, loadSetup, useSetup } from '../../state/setup-store.ts'
import { PlaceTabs } from '../../ui/place-tabs.tsx'
import { errorWords } from '../../words/error-words.ts'
import { ProfilesPanel } from './profiles-panel.tsx'
import { SecretsPanel } from './secrets-panel.tsx'
import { ServersPanel } from './servers-panel.tsx'
import '../../ui/page.css'
import './setup.css'

const panels = [
  { name: 'profiles', Panel: ProfilesPanel },
  { name: 'servers', Panel: ServersPanel },
  { name: 'secrets', Panel: SecretsPanel },
] as const

/** What instances are made from, the MCP servers that they share, and the secrets that both refer to. */
export function SetupScreen({ panel }: { panel: (typeof panels)[number]['name'] }) {
  const [problem, setProblem] = useState<string | null>(null)
  const loaded = useSetup((state) => state.profiles !== null && state.secrets !== null)
  useEffect(() => {
    Promise.all([loadSetup(), loadSecrets()]).catch((thrown: unknown) => setProblem(errorWords(thrown)))
  }, [])
  return (
    <main className="page">
      <div className="page-column setup">
        <div className="page-head">
          <h1>{setupPlace.title}</h1>
        </div>
        <PlaceTabs place={setupPlace} current={panel}>
          {{ secrets: <ClearCount /> }}
        </PlaceTabs>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {loaded && panels.map(({ name, Panel }) => panel === name && <Panel key={name} />)}
      </div>
    </main>
  )
}

/** Values that stand in clear are worth a look. */
function ClearCount() {
  const count = useSetup((state) => state.secrets?.clear.length ?? 0)
  return count === 0 ? null : (
    <span className="setup-count figure">
      {count}
      <span className="sr-only"> in plain text</span>
    </span>
  )
}
