/** Git's own knowledge of what begins a section in a language, by the end of a file's name. */
const drivers = new Map<string, string>(
  Object.entries({
    ada: 'adb ads',
    bash: 'sh bash zsh',
    cpp: 'c h cc hh cpp hpp cxx hxx m mm',
    csharp: 'cs',
    css: 'css scss less',
    elixir: 'ex exs',
    fortran: 'f f90 f95',
    golang: 'go',
    html: 'html htm xhtml',
    java: 'java',
    kotlin: 'kt kts',
    markdown: 'md markdown',
    matlab: 'matlab',
    pascal: 'pas pp',
    perl: 'pl pm',
    php: 'php',
    python: 'py pyi',
    ruby: 'rb rake',
    rust: 'rs',
    scheme: 'scm ss',
    tex: 'tex sty',
  }).flatMap(([driver, ends]) => ends.split(' ').map((end): [string, string] => [end, driver])),
)

/** The name by which git knows the language of a file; null for one of which it knows none. */
export function languageOf(path: string): string | null {
  const end = /\.([A-Za-z0-9]+)"?$/.exec(path)?.[1]?.toLowerCase()
  return end === undefined ? null : (drivers.get(end) ?? null)
}

export const languages: ReadonlySet<string> = new Set(drivers.values())
