import type { ReactNode } from 'react'
import type { Health } from '../../../shared/domain/health.ts'
import { settingsSchema, type Settings } from '../../../shared/domain/settings.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Switch } from '../../ui/switch.tsx'
import { CheckButton } from '../health/check-button.tsx'
import { claudeWords } from '../../words/health-words.ts'
import { FolderField } from '../instances/folder-field.tsx'
import { About } from './about.tsx'
import { NotificationSetting } from './notification-setting.tsx'
import { OpenWith } from './open-with.tsx'
import { Setting, TextSetting, useDraft, type Control, type Refuse } from './setting.tsx'
import { SnapshotSettings } from './snapshot-settings.tsx'
import { heldBackWords, readNames, readPath, readPort, readSeconds } from './settings-words.ts'
import '../../ui/page.css'
import '../../ui/settings.css'

/** What is set once for the whole app. Each change counts at once. */
export function SettingsScreen() {
  const settings = usePool((state) => state.settings)
  const health = usePool((state) => state.health)
  return (
    <main className="page">
      <div className="page-column">
        <div className="page-head">
          <h1>Settings</h1>
          <span className="page-keys">Changes are saved automatically.</span>
        </div>
        {settings && health && (
          <>
            <Looks settings={settings} />
            <ForInstances settings={settings} home={health.platform.home} />
            <ForClaude settings={settings} health={health} />
            <Group title="Open in">
              <OpenWith settings={settings} />
            </Group>
            <SnapshotSettings settings={settings} home={health.platform.home} />
            <ForPrometheus settings={settings} health={health} />
            <About health={health} />
          </>
        )}
      </div>
    </main>
  )
}

function Looks({ settings: { theme, enterSends, notifications } }: { settings: Settings }) {
  return (
    <Group title="Window">
      <Setting title="Theme" words="Light, dark, or follow the system.">
        {(control, save) => (
          <select
            {...control}
            className="input"
            value={theme}
            onChange={(event) => void save({ theme: settingsSchema.shape.theme.parse(event.target.value) })}
          >
            <option value="system">System</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        )}
      </Setting>
      <Setting title="Send with Enter" words="Shift+Enter adds a line. When off, Enter adds a line and Ctrl+Enter or ⌘+Enter sends.">
        {({ id, 'aria-describedby': words }, save) => (
          <Switch id={id} aria-describedby={words} checked={enterSends} onChange={(value) => void save({ enterSends: value })} />
        )}
      </Setting>
      <NotificationSetting on={notifications} />
    </Group>
  )
}

function ForInstances({
  settings: { defaultFolder, worktreeFolder, stallSeconds, goOnAfterLimit },
  home,
}: {
  settings: Settings
  home: string
}) {
  return (
    <Group title="Instances">
      <ToSetup />
      <Setting title="Folder for new instances" words="Preselected when you create an instance. Leave empty to choose each time.">
        {(control, save, refuse) => (
          <FolderSetting
            {...control}
            value={defaultFolder ?? ''}
            home={home}
            refuse={refuse}
            onSave={(folder) => save({ defaultFolder: folder })}
          />
        )}
      </Setting>
      <Setting
        title="Folder for worktrees"
        words="Where new worktrees are created. Leave empty to create them next to their repository, in “<repository>.worktrees”."
      >
        {(control, save, refuse) => (
          <FolderSetting
            {...control}
            value={worktreeFolder ?? ''}
            home={home}
            refuse={refuse}
            onSave={(folder) => save({ worktreeFolder: folder })}
          />
        )}
      </Setting>
      <Setting
        title="Flag stalled turns after"
        words="A running turn without any output for this long is marked as stalled. It isn’t stopped."
      >
        {(control, save, refuse) => (
          <TextSetting
            {...control}
            value={String(stallSeconds)}
            unit="seconds"
            read={readSeconds}
            refuse={refuse}
            onSave={(seconds) => save({ stallSeconds: seconds })}
          />
        )}
      </Setting>
      <Setting
        title="Continue after usage limits"
        words="Conversations that reached Claude’s usage limit continue by themselves when it resets."
      >
        {({ id, 'aria-describedby': words }, save) => (
          <Switch id={id} aria-describedby={words} checked={goOnAfterLimit} onChange={(value) => void save({ goOnAfterLimit: value })} />
        )}
      </Setting>
    </Group>
  )
}

function ForClaude({ settings, health }: { settings: Settings; health: Health }) {
  const { claudePath, demo } = settings
  const { claude } = health
  const words = (
    <>
      <p>Leave empty to use the one on PATH, in the usual places, or bundled with Bullpen. Applies to new processes.</p>
      <p className={claude.error ? 'field-problem' : 'setting-now'}>{claude.error?.message ?? `Now: ${claudeWords(claude)}.`}</p>
    </>
  )
  return (
    <Group title="Claude">
      <Setting title="Claude Code executable" words={words}>
        {(control, save, refuse) => (
          <TextSetting
            {...control}
            value={claudePath ?? ''}
            read={(text) => readPath(text, health.platform.home)}
            refuse={refuse}
            onSave={async (path) => {
              const saved = await save({ claudePath: path })
              if (saved) await client.system.check().catch(() => undefined)
              return saved
            }}
          />
        )}
      </Setting>
      <Environment passed={settings.passEnvironment} heldBack={health.claude.heldBack} />
      <Setting title="Demo model" words={demoWords(demo, health)}>
        {({ id, 'aria-describedby': description }, save) => (
          <Switch id={id} aria-describedby={description} checked={demo} onChange={(value) => void save({ demo: value })} />
        )}
      </Setting>
      <div className="setting">
        <div className="setting-words">
          <h3>Account</h3>
          <p>{claude.loggedIn ? `Signed in: ${claude.account ?? 'Claude'}.` : 'Claude Code is not signed in.'}</p>
        </div>
        <div className="setting-buttons">
          <Button small onClick={() => ui.openDialog({ name: 'sign-in' })}>
            {claude.loggedIn ? 'Account and sign-in' : 'How to sign in'}
          </Button>
          <CheckButton small />
        </div>
      </div>
    </Group>
  )
}

function Environment({ passed, heldBack }: { passed: readonly string[]; heldBack: readonly string[] }) {
  const held = heldBackWords(heldBack)
  const words = (
    <>
      <p>
        Claude Code's own variables, those of common tools, and those that a project's .mcp.json names are always passed. Add others by
        name, such as NPM_TOKEN or TF_VAR_*. Applies to new processes.
      </p>
      {held && <p className="setting-now">{held}</p>}
    </>
  )
  return (
    <Setting title="Environment variables to pass" words={words}>
      {(control, save, refuse) => (
        <TextSetting
          {...control}
          value={passed.join(' ')}
          read={readNames}
          refuse={refuse}
          onSave={async (names) => {
            const saved = await save({ passEnvironment: names })
            if (saved) await client.system.check().catch(() => undefined)
            return saved
          }}
        />
      )}
    </Setting>
  )
}

function ForPrometheus({ settings: { prometheus, prometheusPort }, health }: { settings: Settings; health: Health }) {
  const isDesktop = health.shell === 'desktop'
  const on = prometheus ?? !isDesktop
  const address = isDesktop ? `http://127.0.0.1:${prometheusPort}/metrics` : '/metrics at the address of this page'
  const words = (
    <>
      <p>Exposes numbers only, never content. The token is in the file metrics-token in the data folder.</p>
      {on && <p className="setting-now">Now: {address}.</p>}
    </>
  )
  return (
    <Group title="Prometheus metrics">
      <Setting title="Serve /metrics" words={words}>
        {({ id, 'aria-describedby': description }, save) => (
          <Switch id={id} aria-describedby={description} checked={on} onChange={(value) => void save({ prometheus: value })} />
        )}
      </Setting>
      {isDesktop && (
        <Setting title="Port" words="The local port that serves it.">
          {(control, save, refuse) => (
            <TextSetting
              {...control}
              value={String(prometheusPort)}
              read={readPort}
              refuse={refuse}
              onSave={(port) => save({ prometheusPort: port })}
            />
          )}
        </Setting>
      )}
    </Group>
  )
}

/** What instances share has a page of its own. */
function ToSetup() {
  return (
    <div className="setting">
      <div className="setting-words">
        <h3>Servers & profiles</h3>
        <div>MCP servers, profiles and secrets that your instances share.</div>
      </div>
      <div className="setting-control">
        <Button small aria-label="Open MCP servers and profiles" onClick={() => ui.go({ name: 'profiles' })}>
          Open
        </Button>
      </div>
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="settings-group">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

type FolderSettingProps = Control & {
  value: string
  home: string
  refuse: Refuse
  onSave: (folder: string | null) => Promise<boolean>
}

function FolderSetting({ value, home, refuse, onSave, ...control }: FolderSettingProps) {
  const { draft, setDraft, save } = useDraft({ value, read: (text) => readPath(text, home), onSave, refuse })
  return <FolderField {...control} value={draft ?? value} placeholder="" onChange={setDraft} onDone={(folder) => void save(folder)} />
}

function demoWords(demo: boolean, health: Health): string {
  const base = 'Sample answers instead of Claude’s, to try things out. Takes effect when Bullpen starts.'
  if (demo === health.demo) return base
  if (demo) return `${base} The next start uses sample answers.`
  return health.claude.loggedIn ? `${base} You get sample answers until then.` : `${base} You get sample answers until you sign in.`
}
