import { useId, useState, type ReactNode } from 'react'
import { settingsSchema, type Settings, type SettingsPatch } from '../../../shared/domain/settings.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { Switch } from '../../ui/switch.tsx'
import '../needs-you/needs-you.css'
import './settings.css'

/** What is set once for the whole app. Each change counts at once. */
export function SettingsScreen() {
  const settings = usePool((state) => state.settings)
  const health = usePool((state) => state.health)
  return (
    <main className="page">
      <div className="page-column">
        <div className="page-head">
          <h1>Settings</h1>
        </div>
        {settings && <AllSettings settings={settings} />}
        {health && (
          <p className="field-hint" style={{ marginTop: 16 }}>
            Bullpen {health.version} · Claude Code {health.claude.version ?? 'not found'}
            {health.claude.path && ` (${health.claude.path})`} · {health.claude.account ?? 'not signed in'} · data in {health.dataFolder}
          </p>
        )}
      </div>
    </main>
  )
}

function AllSettings({ settings }: { settings: Settings }) {
  const { theme, enterSends, stallSeconds, defaultFolder, claudePath, demo } = settings
  return (
    <>
      <Setting title="Theme" words="Light, dark, or as the system is.">
        {(control, save) => (
          <select
            {...control}
            className="input"
            value={theme}
            onChange={(event) => save({ theme: settingsSchema.shape.theme.parse(event.target.value) })}
          >
            <option value="system">As the system</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        )}
      </Setting>
      <Setting title="Enter sends" words="Shift+Enter breaks the line. Off: Ctrl or ⌘ with Enter sends.">
        {(control, save) => <Switch {...control} checked={enterSends} onChange={(value) => save({ enterSends: value })} />}
      </Setting>
      <Setting
        title="Say when Claude is silent"
        words="Seconds without a sign of life in a running turn, 5 to 3600, before it is called stalled."
      >
        {(control, save) => (
          <TextSetting {...control} value={String(stallSeconds)} onSave={(text) => save({ stallSeconds: Number(text) })} />
        )}
      </Setting>
      <Setting title="Folder for new instances" words="What the form begins with.">
        {(control, save) => (
          <TextSetting {...control} value={defaultFolder ?? ''} onSave={(text) => save({ defaultFolder: text === '' ? null : text })} />
        )}
      </Setting>
      <Setting
        title="Claude Code to run"
        words="The path of its file. Empty: the one on PATH, in the usual places, or the one that comes with Bullpen. New processes use it."
      >
        {(control, save) => (
          <TextSetting
            {...control}
            value={claudePath ?? ''}
            onSave={async (text) => {
              await save({ claudePath: text === '' ? null : text })
              await client.system.check()
            }}
          />
        )}
      </Setting>
      <Setting title="Demo model" words="Canned answers instead of Claude's. Read when Bullpen starts.">
        {(control, save) => <Switch {...control} checked={demo} onChange={(value) => save({ demo: value })} />}
      </Setting>
    </>
  )
}

type Control = { id: string; 'aria-describedby': string }
type Save = (patch: SettingsPatch) => Promise<void>
type SettingProps = { title: string; words: string; children: (control: Control, save: Save) => ReactNode }

function Setting({ title, words, children }: SettingProps) {
  const id = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const save: Save = async (patch) => {
    try {
      await client.settings.update(patch)
      setProblem(null)
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
  }
  return (
    <div className="setting">
      <div className="setting-words">
        <label htmlFor={id}>{title}</label>
        <p id={`${id}-words`}>{words}</p>
      </div>
      <div className="setting-control">
        {children({ id, 'aria-describedby': `${id}-words` }, save)}
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

/** Saved when it is left or Enter is pressed. */
function TextSetting({ value, onSave, ...control }: Control & { value: string; onSave: (text: string) => Promise<void> }) {
  const [text, setText] = useState<string | null>(null)
  const save = () => {
    const written = text?.trim()
    setText(null)
    if (written !== undefined && written !== value) void onSave(written)
  }
  return (
    <input
      {...control}
      className="input"
      spellCheck={false}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
}
