import { delimiter, join } from 'node:path'

/** Names that a `claude` and its tools need on some system, or that its user sets for it. Everything else stays with us. */
const names = new Set(
  [
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'TMPDIR', 'TEMP', 'TMP', 'EDITOR', 'VISUAL', 'PAGER'],
    ['SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'GPG_TTY', 'DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS'],
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE'],
    ['JAVA_HOME', 'GOPATH', 'GOROOT', 'CARGO_HOME', 'RUSTUP_HOME', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PNPM_HOME', 'BUN_INSTALL', 'DENO_DIR'],
    ['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'USERNAME', 'USERDOMAIN', 'HOMEDRIVE', 'HOMEPATH'],
    ['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'COMMONPROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'OS'],
    [
      'IS_SANDBOX',
      'DISABLE_AUTOUPDATER',
      'DISABLE_TELEMETRY',
      'MCP_TIMEOUT',
      'MCP_TOOL_TIMEOUT',
      'MAX_THINKING_TOKENS',
      'BASH_DEFAULT_TIMEOUT_MS',
    ],
  ].flat(),
)
const prefixes = [
  'ANTHROPIC_',
  'CLAUDE_',
  'AWS_',
  'GOOGLE_',
  'CLOUD_ML_',
  'VERTEX_',
  'AZURE_',
  'LC_',
  'XDG_',
  'NVM_',
  'PYENV_',
  'ASDF_',
  'FNM_',
]

/** Set inside of a Claude Code; a child that sees them believes it is part of that one. */
const foreign = new Set([
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
])

/** Names a child's process tree: every process that inherits it belongs to that child. */
export const markerName = 'BULLPEN_PROCESS'

export type DemoAccess = { baseUrl: string; home: string }

export type ChildEnvironment = {
  env: NodeJS.ProcessEnv
  /** What the user set for this instance; it wins over what is inherited. */
  own: Record<string, string>
  /** With the demo model nothing of an account or a configuration is reached, and no proxy: it is on loopback. */
  demo: DemoAccess | null
  marker: string
}

/** The whole environment of a `claude`: an allow-list of ours, then the instance's own. */
export function childEnvironment({ env, own, demo, marker }: ChildEnvironment): Record<string, string> {
  const wanted = { ...allowed(env), ...own }
  return { ...(demo ? { ...withoutAccount(wanted), ...demoVariables(demo) } : wanted), [markerName]: marker }
}

function allowed(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const upper = name.toUpperCase()
    if (value === undefined || foreign.has(upper)) continue
    if (names.has(upper) || prefixes.some((prefix) => upper.startsWith(prefix))) kept[name] = upper === 'PATH' ? ownPath(env, value) : value
  }
  return kept
}

/** npm puts the folders of its scripts, and with them our own Node, before the user's path. */
function ownPath(env: NodeJS.ProcessEnv, path: string): string {
  if (env['npm_lifecycle_event'] === undefined) return path
  const ours = (entry: string) => entry.endsWith(join('node_modules', '.bin')) || entry.endsWith('node-gyp-bin')
  return path
    .split(delimiter)
    .filter((entry) => !ours(entry))
    .join(delimiter)
}

const account = /^(?:ANTHROPIC_|CLAUDE_|AWS_|GOOGLE_|CLOUD_ML_|VERTEX_|AZURE_)|^(?:HTTPS?|ALL|NO)_PROXY$/i

function withoutAccount(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !account.test(name)))
}

function demoVariables({ baseUrl, home }: DemoAccess): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: 'demo',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }
}
