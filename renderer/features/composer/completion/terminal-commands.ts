/** Commands that only a terminal has, with what to do here instead; empty: nothing. */
const terminalOnly: Readonly<Record<string, string>> = {
  'add-dir': 'Add the folder to the instance (Edit…), or mention its path.',
  agents: 'Mention a sub-agent with @. They are files in .claude/agents.',
  bashes: 'What runs in the background is listed above the message.',
  btw: 'To ask something on the side, fork the conversation (/fork) and ask there.',
  bug: '',
  checkpoint: 'To go back, edit an earlier message: it replaces everything after it. Esc twice edits the last one.',
  copy: 'Use “Copy answer” below an answer.',
  exit: 'Close the window to leave. To end Claude Code, park or stop the instance.',
  feedback: '',
  hooks: 'Hooks are part of Claude Code’s settings files.',
  ide: '',
  'install-github-app': '',
  keybindings: 'The keys of Bullpen: /help.',
  logout: 'Run claude in a terminal to sign out.',
  memory: 'Edit CLAUDE.md in the folder, or ask Claude to.',
  mobile: '',
  plugin: 'Run claude in a terminal to manage plugins, then /reload-plugins here.',
  'privacy-settings': '',
  quit: 'Close the window to leave. To end Claude Code, park or stop the instance.',
  'release-notes': '',
  rewind: 'To go back, edit an earlier message: it replaces everything after it. Esc twice edits the last one.',
  skills: 'Skills are listed behind /.',
  statusline: '',
  stickers: '',
  tasks: 'What runs in the background is listed above the message.',
  'terminal-setup': '',
  tui: '',
  upgrade: '',
  vim: '',
}

/** What to read instead of having such a command sent; null for any other name. */
export function terminalOnlyWords(name: string): string | null {
  if (!Object.hasOwn(terminalOnly, name)) return null
  return `/${name} works only in a terminal. ${terminalOnly[name] ?? ''}`.trim()
}
