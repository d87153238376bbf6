import { join } from 'node:path'
import type { Opener } from '../../../shared/domain/opener.ts'
import type { Target } from './command-line.ts'

/** A program that is looked for on this machine, and how it is told what to open. */
export type KnownOpener = Opener & {
  /** Names on PATH. */
  programs: readonly string[]
  /** Where else it lies: beginning with a variable of the environment in braces on Windows, within an application on macOS. */
  places?: readonly string[]
  args: (target: Target) => string[]
  /** An editor that needs a terminal around it. */
  inTerminal?: true
  /** Needs no display: it speaks with a window on another machine. */
  remote?: (env: Record<string, string>) => boolean
  /** For terminals: its arguments to run a program in it. */
  around?: (command: readonly string[], folder: string) => string[]
  platforms?: readonly NodeJS.Platform[]
}

const at = ({ file, line }: Target): string => (line === null ? file : `${file}:${line}`)

/** Visual Studio Code and what is made of it. */
function codeLike(id: string, name: string, programs: readonly string[], places: readonly string[]): KnownOpener {
  return {
    id,
    name,
    kind: 'editor',
    takesLine: true,
    programs,
    places,
    args: (target) => (target.line === null ? [target.file] : ['--goto', at(target)]),
    remote: (env) => env['VSCODE_IPC_HOOK_CLI'] !== undefined,
  }
}

/** An editor by its place and line in one word. */
function colon(id: string, name: string, programs: readonly string[], places: readonly string[]): KnownOpener {
  return { id, name, kind: 'editor', takesLine: true, programs, places, args: (target) => [at(target)] }
}

function jetBrains(id: string, name: string): KnownOpener {
  return {
    id,
    name,
    kind: 'editor',
    takesLine: true,
    programs: [id, `${id}64`],
    places: [`/Applications/${name}.app/Contents/MacOS/${id}`, `~/Applications/${name}.app/Contents/MacOS/${id}`],
    args: ({ file, line }) => [...(line === null ? [] : ['--line', String(line)]), file],
  }
}

/** An editor of the kind that takes `+LINE` before the file. */
function plus(id: string, name: string, rest: Partial<KnownOpener> = {}): KnownOpener {
  const args = ({ file, line }: Target): string[] => [...(line === null ? [] : [`+${line}`]), file]
  return { id, name, kind: 'editor', takesLine: true, programs: [id], args, ...rest }
}

const editors: KnownOpener[] = [
  codeLike(
    'code',
    'Visual Studio Code',
    ['code'],
    [
      '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
      '{LOCALAPPDATA}\\Programs\\Microsoft VS Code\\Code.exe',
      '{PROGRAMFILES}\\Microsoft VS Code\\Code.exe',
    ],
  ),
  codeLike(
    'cursor',
    'Cursor',
    ['cursor'],
    ['/Applications/Cursor.app/Contents/Resources/app/bin/cursor', '{LOCALAPPDATA}\\Programs\\cursor\\Cursor.exe'],
  ),
  codeLike(
    'windsurf',
    'Windsurf',
    ['windsurf'],
    ['/Applications/Windsurf.app/Contents/Resources/app/bin/windsurf', '{LOCALAPPDATA}\\Programs\\Windsurf\\Windsurf.exe'],
  ),
  codeLike(
    'codium',
    'VSCodium',
    ['codium'],
    ['/Applications/VSCodium.app/Contents/Resources/app/bin/codium', '{LOCALAPPDATA}\\Programs\\VSCodium\\VSCodium.exe'],
  ),
  codeLike('code-insiders', 'Visual Studio Code Insiders', ['code-insiders'], []),
  colon('zed', 'Zed', ['zed', 'zeditor'], ['/Applications/Zed.app/Contents/MacOS/cli', '{LOCALAPPDATA}\\Programs\\Zed\\Zed.exe']),
  colon(
    'subl',
    'Sublime Text',
    ['subl', 'sublime_text'],
    ['/Applications/Sublime Text.app/Contents/SharedSupport/bin/subl', '{PROGRAMFILES}\\Sublime Text\\subl.exe'],
  ),
  jetBrains('idea', 'IntelliJ IDEA'),
  jetBrains('webstorm', 'WebStorm'),
  jetBrains('pycharm', 'PyCharm'),
  jetBrains('goland', 'GoLand'),
  jetBrains('phpstorm', 'PhpStorm'),
  jetBrains('rubymine', 'RubyMine'),
  jetBrains('clion', 'CLion'),
  jetBrains('rider', 'Rider'),
  jetBrains('rustrover', 'RustRover'),
  {
    ...plus('kate', 'Kate', { platforms: ['linux'] }),
    args: ({ file, line }) => [...(line === null ? [] : ['--line', String(line)]), file],
  },
  plus('gnome-text-editor', 'Text Editor', { platforms: ['linux'] }),
  plus('gedit', 'gedit', { platforms: ['linux'] }),
  {
    ...plus('mate', 'TextMate', { platforms: ['darwin'] }),
    args: ({ file, line }) => [...(line === null ? [] : ['--line', String(line)]), file],
  },
  plus('gvim', 'gVim'),
  plus('nvim', 'Neovim', { inTerminal: true }),
  plus('vim', 'Vim', { inTerminal: true }),
  { ...colon('hx', 'Helix', ['hx'], []), inTerminal: true },
  plus('emacs', 'Emacs', { inTerminal: true, args: ({ file, line }) => ['-nw', ...(line === null ? [] : [`+${line}`]), file] }),
  plus('nano', 'nano', { inTerminal: true }),
  {
    id: 'textedit',
    name: 'TextEdit',
    kind: 'editor',
    takesLine: false,
    programs: [],
    places: ['/usr/bin/open'],
    platforms: ['darwin'],
    args: ({ file }) => ['-t', file],
  },
  {
    id: 'notepad',
    name: 'Notepad',
    kind: 'editor',
    takesLine: false,
    programs: [],
    places: ['{SYSTEMROOT}\\System32\\notepad.exe'],
    platforms: ['win32'],
    args: ({ file }) => [file],
  },
]

function terminal(id: string, name: string, rest: Omit<KnownOpener, 'id' | 'name' | 'kind' | 'takesLine' | 'programs'>): KnownOpener {
  return { id, name, kind: 'terminal', takesLine: false, programs: [id], ...rest }
}

const dashE = (command: readonly string[]): string[] => ['-e', ...command]

const terminals: KnownOpener[] = [
  terminal('ghostty', 'Ghostty', { args: ({ folder }) => [`--working-directory=${folder}`], around: dashE, platforms: ['linux'] }),
  terminal('kitty', 'kitty', {
    args: ({ folder }) => ['--directory', folder],
    around: (command) => [...command],
    places: ['/Applications/kitty.app/Contents/MacOS/kitty'],
  }),
  terminal('alacritty', 'Alacritty', {
    args: ({ folder }) => ['--working-directory', folder],
    around: dashE,
    places: ['/Applications/Alacritty.app/Contents/MacOS/alacritty', '{PROGRAMFILES}\\Alacritty\\alacritty.exe'],
  }),
  terminal('wezterm', 'WezTerm', {
    args: ({ folder }) => ['start', '--cwd', folder],
    around: (command, folder) => ['start', '--cwd', folder, '--', ...command],
    places: ['/Applications/WezTerm.app/Contents/MacOS/wezterm', '{PROGRAMFILES}\\WezTerm\\wezterm.exe'],
  }),
  terminal('gnome-terminal', 'GNOME Terminal', {
    args: ({ folder }) => [`--working-directory=${folder}`],
    around: (command) => ['--', ...command],
    platforms: ['linux'],
  }),
  terminal('ptyxis', 'Ptyxis', {
    args: ({ folder }) => ['--new-window', `--working-directory=${folder}`],
    around: (command) => ['--', ...command],
    platforms: ['linux'],
  }),
  terminal('konsole', 'Konsole', { args: ({ folder }) => ['--workdir', folder], around: dashE, platforms: ['linux'] }),
  terminal('xfce4-terminal', 'Xfce Terminal', {
    args: ({ folder }) => [`--working-directory=${folder}`],
    around: (command) => ['-x', ...command],
    platforms: ['linux'],
  }),
  terminal('foot', 'foot', {
    args: ({ folder }) => [`--working-directory=${folder}`],
    around: (command) => [...command],
    platforms: ['linux'],
  }),
  terminal('x-terminal-emulator', 'Terminal', { args: () => [], around: dashE, platforms: ['linux'] }),
  terminal('xterm', 'xterm', { args: () => [], around: dashE, platforms: ['linux'] }),
  macTerminal('iterm', 'iTerm', '/Applications/iTerm.app'),
  macTerminal('terminal', 'Terminal', '/System/Applications/Utilities/Terminal.app'),
  terminal('wt', 'Windows Terminal', {
    args: ({ folder }) => ['-d', folder],
    // A semicolon begins another tab there.
    around: (command, folder) => ['-d', folder, ...command.map((part) => part.replaceAll(';', '\\;'))],
    places: ['{LOCALAPPDATA}\\Microsoft\\WindowsApps\\wt.exe'],
    platforms: ['win32'],
  }),
  terminal('powershell', 'PowerShell', {
    args: () => ['-NoLogo'],
    places: ['{SYSTEMROOT}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
    platforms: ['win32'],
  }),
]

/** `open` takes a folder to a program that is named by its place. */
function macTerminal(id: string, name: string, app: string): KnownOpener {
  return {
    ...terminal(id, name, { args: ({ folder }) => ['-a', app, folder], places: [app], platforms: ['darwin'] }),
    programs: [],
  }
}

const fileManagers: KnownOpener[] = [
  manager('finder', 'Finder', 'darwin', ['/usr/bin/open'], ({ file, folder }) => (file === folder ? [folder] : ['-R', file])),
  manager('explorer', 'File Explorer', 'win32', ['{WINDIR}\\explorer.exe'], ({ file, folder }) =>
    file === folder ? [folder] : ['/select,', file],
  ),
  manager('nautilus', 'Files', 'linux', [], ({ file, folder }) => (file === folder ? [folder] : ['--select', file])),
  manager('dolphin', 'Dolphin', 'linux', [], ({ file, folder }) => (file === folder ? [folder] : ['--select', file])),
  manager('nemo', 'Nemo', 'linux', [], ({ folder }) => [folder]),
  manager('thunar', 'Thunar', 'linux', [], ({ folder }) => [folder]),
  // Only ever the folder: with a file it would start whatever program belongs to it.
  manager('xdg-open', 'File manager', 'linux', [], ({ folder }) => [folder]),
]

function manager(id: string, name: string, platform: NodeJS.Platform, places: readonly string[], args: KnownOpener['args']): KnownOpener {
  return { id, name, kind: 'files', takesLine: false, programs: platform === 'linux' ? [id] : [], places, args, platforms: [platform] }
}

/** In the order in which one is taken where nothing was chosen. */
export const knownOpeners: readonly KnownOpener[] = [...editors, ...terminals, ...fileManagers]

/** What really runs: on macOS an application is opened by `open`. */
export function programOf(opener: KnownOpener, found: string): string {
  return opener.kind === 'terminal' && found.endsWith('.app') ? '/usr/bin/open' : found
}

/** A place with its beginning filled in; null where this machine has no such variable. */
export function placeOf(place: string, env: Record<string, string>, home: string): string | null {
  if (place.startsWith('~/')) return join(home, place.slice(2))
  const [, name, rest] = /^\{([^}]+)\}(.*)$/.exec(place) ?? []
  if (name === undefined) return place
  const value = Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1]
  return value === undefined ? null : `${value}${rest ?? ''}`
}
