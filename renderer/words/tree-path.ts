/** A path as changes name it: below their folder, with `/`; null for one that lies outside. `cwd`: what a path that is not absolute begins at. */
export function treePathIn(folder: string, cwd: string, path: string): string | null {
  const isWindows = /^[a-z]:[\\/]|^\\\\/i.test(folder)
  const plain = (text: string) => (isWindows ? text.replaceAll('\\', '/') : text)
  const isAbsolute = isWindows ? /^[a-z]:[\\/]|^[\\/]{2}/i.test(path) : path.startsWith('/')
  const whole = joined(plain(isAbsolute ? path : `${cwd}/${path}`))
  const base = joined(plain(folder))
  const starts = isWindows ? whole.toLowerCase().startsWith(`${base.toLowerCase()}/`) : whole.startsWith(base === '/' ? '/' : `${base}/`)
  return starts ? whole.slice(base === '/' ? 1 : base.length + 1) : null
}

/** `src/a.ts:12` as a path and its line. */
export function pathAndLine(text: string): { path: string; line?: number } {
  const [, path = text, line] = /^(.+?):(\d{1,7})(?:[:-]\d{1,7})?$/s.exec(text) ?? []
  return line === undefined || Number(line) === 0 ? { path: text } : { path, line: Number(line) }
}

/** Without `.`, `..` and doubled slashes. */
function joined(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `${path.startsWith('//') ? '//' : path.startsWith('/') ? '/' : ''}${parts.join('/')}`
}
