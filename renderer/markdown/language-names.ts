const aliases: Record<string, string> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  shellscript: 'bash',
  console: 'bash',
  'c++': 'cpp',
  h: 'c',
  hpp: 'cpp',
  cs: 'csharp',
  'c#': 'csharp',
  patch: 'diff',
  dockerfile: 'docker',
  ex: 'elixir',
  golang: 'go',
  gql: 'graphql',
  hs: 'haskell',
  htm: 'html',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  json5: 'jsonc',
  jsonl: 'json',
  kt: 'kotlin',
  makefile: 'make',
  md: 'markdown',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  svg: 'xml',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  yml: 'yaml',
}

const coloured =
  'bash c cpp csharp css dart diff docker elixir go graphql haskell html ini java javascript json jsonc jsx kotlin lua make markdown nix perl php powershell python ruby rust scala scss sql svelte swift toml tsx typescript vue xml yaml zig'.split(
    ' ',
  )

/** The name that the colouring knows a language by; null when it is not coloured. */
export function knownLanguage(name: string): string | null {
  const lower = name.toLowerCase()
  const known = aliases[lower] ?? lower
  return coloured.includes(known) ? known : null
}

/** The language of a file by its name; null when it is not coloured. */
export function languageOfPath(path: string): string | null {
  const file = path.split(/[\\/]/).at(-1)?.toLowerCase() ?? ''
  const ending = file.includes('.') ? (file.split('.').at(-1) ?? '') : file
  return knownLanguage(ending)
}
