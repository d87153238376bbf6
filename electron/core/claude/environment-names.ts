/** Names that a `claude` and its tools need on some system, or that its user sets for it. */
const names = new Set(
  [
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'CLICOLOR'],
    ['TMPDIR', 'TEMP', 'TMP', 'EDITOR', 'VISUAL', 'PAGER', 'LESS', 'MANPATH', 'INFOPATH', 'BROWSER', 'DO_NOT_TRACK'],
    ['GPG_TTY', 'GNUPGHOME', 'DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS'],
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'FTP_PROXY'],
    ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
    ['JAVA_HOME', 'GOPATH', 'GOROOT', 'GOBIN', 'GOPROXY', 'GOPRIVATE', 'GONOSUMDB', 'GOFLAGS', 'GOMODCACHE', 'GOCACHE', 'GOTOOLCHAIN'],
    ['VIRTUAL_ENV', 'BUN_INSTALL', 'M2_HOME', 'LD_LIBRARY_PATH', 'PKG_CONFIG_PATH', 'CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'LDFLAGS'],
    ['KUBECONFIG', 'BUNDLE_PATH', 'GEM_HOME', 'GEM_PATH', 'CHROME_BIN', 'PERL5LIB'],
    ['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'USERNAME', 'USERDOMAIN', 'HOMEDRIVE', 'HOMEPATH'],
    ['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'COMMONPROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'OS'],
    // Of Claude Code's own documentation, besides the prefixes below.
    ['API_TIMEOUT_MS', 'IS_SANDBOX', 'IS_DEMO', 'USE_BUILTIN_RIPGREP', 'SLASH_COMMAND_TOOL_CHAR_BUDGET', 'TASK_MAX_OUTPUT_LENGTH'],
    ['FALLBACK_FOR_ALL_PRIMARY_MODELS', 'FORCE_AUTOUPDATE_PLUGINS', 'FORCE_HYPERLINK', 'FORCE_PROMPT_CACHING_5M', 'CCR_FORCE_BUNDLE'],
    // It signs in to Git hosts with these, for plugins and for `gh` and its kin.
    ['GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_HOST', 'GH_HOST', 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'GH_CONFIG_DIR', 'GH_REPO'],
    ['GITLAB_TOKEN', 'GL_TOKEN', 'GITLAB_HOST', 'BITBUCKET_TOKEN'],
  ].flat(),
)

const prefixes = [
  ['ANTHROPIC_', 'CLAUDE_', 'BASH_', 'MAX_', 'MCP_', 'DISABLE_', 'ENABLE_', 'OTEL_', 'BETA_TRACING_', 'CLAUDECODE_'],
  // Claude Code runs on Bun, whose engine is tuned by these.
  ['BUN_JSC_'],
  ['AWS_', 'GOOGLE_', 'GCLOUD_', 'CLOUDSDK_', 'CLOUD_ML_', 'VERTEX_', 'AZURE_'],
  ['LC_', 'XDG_', 'GIT_', 'SSH_', 'KUBE_', 'HELM_', 'DOCKER_', 'BUILDKIT_', 'BUILDX_', 'COMPOSE_', 'PODMAN_', 'CONTAINER_'],
  ['NVM_', 'PYENV_', 'ASDF_', 'FNM_', 'MISE_', 'RBENV_', 'SDKMAN_', 'VOLTA_', 'PNPM_', 'COREPACK_', 'YARN_', 'DENO_', 'HOMEBREW_'],
  ['CARGO_', 'RUSTUP_', 'RUST_', 'PYTHON', 'PIP_', 'UV_', 'POETRY_', 'CONDA_', 'JAVA_TOOL_', 'MAVEN_', 'GRADLE_', 'ANDROID_', 'DOTNET_'],
  ['CMAKE_', 'NIX_', 'DIRENV_', 'PLAYWRIGHT_', 'PUPPETEER_'],
].flat()

/** Set inside of a Claude Code; a child that sees them believes it is part of that one. */
const foreign = new Set([
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
  // A file of commands for every shell, and functions: neither is a setting.
  'BASH_ENV',
])

/** What npm, Electron and Node of our own process are told, and no user set. */
const machinery =
  /^(?:npm_|ELECTRON_|NODE_(?:OPTIONS|ENV|CHANNEL_|UNIQUE_|COMPILE_CACHE)|INIT_CWD$|VITE|_$|PWD$|OLDPWD$|SHLVL$|BASH_FUNC_|COLUMNS$|LINES$|PS\d$|NoDefaultCurrentDirectoryInExePath$)/

/** Bullpen's own: never a child's, whatever is asked. */
export function isOurs(name: string): boolean {
  return name.toUpperCase().startsWith('BULLPEN_')
}

/** Whether a variable is passed to Claude without being asked for. */
export function passesByItself(name: string): boolean {
  const upper = name.toUpperCase()
  if (isOurs(upper) || foreign.has(upper) || upper.startsWith('BASH_FUNC_')) return false
  return names.has(upper) || prefixes.some((prefix) => upper.startsWith(prefix))
}

/** Whether it is of the user's making, and not of the program that we run in. */
export function isOfUser(name: string): boolean {
  return !isOurs(name) && !foreign.has(name.toUpperCase()) && !machinery.test(name)
}

/** Whether a list of the user's lets it through: names, or beginnings with a star behind them. */
export function isListed(name: string, list: readonly string[]): boolean {
  if (isOurs(name)) return false
  return list.some((entry) => {
    if (entry === '*') return isOfUser(name)
    return entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry
  })
}
