/** One line of a `.gitignore`. */
type IgnoreRule = { matches: RegExp; isBack: boolean; foldersOnly: boolean }

const mostRules = 2_000
const longestLine = 1_000

/** The rules of one `.gitignore`, which hold for what lies below its folder. Lines that cannot be read hold for nothing. */
export class IgnoreRules {
  readonly #rules: IgnoreRule[]

  constructor(text: string) {
    this.#rules = text.split('\n').slice(0, mostRules).flatMap(ruleOf)
  }

  /** True or false where a rule says so, the last one counts; null where none does. `path` is relative to the folder of the file. */
  says(path: string, isFolder: boolean): boolean | null {
    for (let at = this.#rules.length - 1; at >= 0; at -= 1) {
      const rule = this.#rules[at]
      if (rule && (isFolder || !rule.foldersOnly) && rule.matches.test(path)) return !rule.isBack
    }
    return null
  }
}

function ruleOf(raw: string): IgnoreRule[] {
  let line = raw.replace(/\r$/, '').replace(/(?<!\\)(?: )+$/, '')
  if (line === '' || line.startsWith('#') || line.length > longestLine) return []
  const isBack = line.startsWith('!')
  if (isBack) line = line.slice(1)
  const foldersOnly = line.endsWith('/')
  if (foldersOnly) line = line.slice(0, -1)
  if (line === '' || line === '/') return []
  const isAnchored = line.includes('/')
  const source = `^${isAnchored ? '' : '(?:.*/)?'}${regexOf(line.replace(/^\//, ''))}$`
  try {
    return [{ matches: new RegExp(source, 's'), isBack, foldersOnly }]
  } catch {
    return []
  }
}

/** Git's wildcards as a regular expression. Runs of stars are one, so that no line costs more than its length. */
function regexOf(glob: string): string {
  let out = ''
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob[at] ?? ''
    if (char === '*') {
      let end = at
      while (glob[end + 1] === '*') end += 1
      const isPart = (at === 0 || glob[at - 1] === '/') && (end === glob.length - 1 || glob[end + 1] === '/')
      if (end - at !== 1 || !isPart) out += '[^/]*'
      else if (end === glob.length - 1) out += '.+'
      else {
        out += '(?:.*/)?'
        end += 1
      }
      at = end
    } else if (char === '?') out += '[^/]'
    else if (char === '[') {
      const { text, end } = classOf(glob, at)
      out += text
      at = end
    } else if (char === '\\' && at + 1 < glob.length) {
      at += 1
      out += escaped(glob[at] ?? '')
    } else out += escaped(char)
  }
  return out
}

/** A class such as `[a-z]` or `[!0-9]`; a bracket that is never closed makes the rule one that nothing fits. */
function classOf(glob: string, from: number): { text: string; end: number } {
  let at = from + 1
  const isNot = glob[at] === '!' || glob[at] === '^'
  if (isNot) at += 1
  const close = glob.indexOf(']', at + 1)
  if (close < 0) return { text: '(?!)', end: glob.length }
  const inside = glob.slice(at, close).replace(/[\\\]^[]/g, String.raw`\$&`)
  return { text: `(?!/)[${isNot ? '^' : ''}${inside}]`, end: close }
}

function escaped(char: string): string {
  return char.replace(/[.+^${}()|[\]\\/*?-]/, String.raw`\$&`)
}
