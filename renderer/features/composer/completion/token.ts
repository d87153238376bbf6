/** What is being typed where the caret is: a command's name at the very start, what stands behind it, or something behind an `@`. */
export type Token = {
  kind: 'command' | 'argument' | 'mention'
  /** Without `/`, `@` and quotes, up to the caret. */
  query: string
  /** What a choice takes the place of. */
  start: number
  end: number
}

/** Longer than this nobody types what is to be completed. */
const longest = 300

/** What can be completed at the caret; null: nothing. `/etc/hosts` is text, and so is an address such as `ada@example.com`. */
export function tokenAt(text: string, caret: number): Token | null {
  // What the user's own shell runs has signs of its own.
  if (text.startsWith('!')) return null
  return commandAt(text, caret) ?? argumentAt(text, caret) ?? mentionAt(text, caret)
}

function commandAt(text: string, caret: number): Token | null {
  if (!text.startsWith('/') || caret < 1 || caret > longest) return null
  const name = nameOf(text)
  if (name === null || caret > name.length + 1) return null
  return { kind: 'command', query: name.slice(0, caret - 1), start: 0, end: name.length + 1 }
}

/** The choice of `/model` and `/effort` takes the whole text's place. */
function argumentAt(text: string, caret: number): Token | null {
  const [, query] = /^\/(?:model|effort) (\S*)$/.exec(text) ?? []
  return query === undefined || caret !== text.length ? null : { kind: 'argument', query, start: 0, end: text.length }
}

/** The name of the command that a text begins with; null where it begins with none. */
export function nameOf(text: string): string | null {
  const [, name = ''] = /^\/([^\s/]{0,200})(?=\s|$)/.exec(text) ?? []
  return text.startsWith('/') && (name !== '' || /^\/(\s|$)/.test(text)) ? name : null
}

function mentionAt(text: string, caret: number): Token | null {
  const from = Math.max(0, caret - longest)
  const before = text.slice(from, caret)
  const quoted = /(?:^|\s)@"([^"\n]*)$/.exec(before)
  const bare = /(?:^|\s)@([^\s"]*(?:[^\s"]"[^\s"]*)*)$/.exec(before)
  const [, query] = quoted ?? bare ?? []
  if (query === undefined) return null
  const start = caret - query.length - (quoted ? 2 : 1)
  if (start > 0 && !/\s/.test(text[start - 1] ?? '')) return null
  return { kind: 'mention', query, start, end: caret + restOf(text.slice(caret, caret + longest), quoted !== null) }
}

/** How much behind the caret belongs to it. */
function restOf(behind: string, isQuoted: boolean): number {
  if (!isQuoted) return /^[^\s"]*/.exec(behind)?.[0].length ?? 0
  // A quote that is closed farther on in the same line may be another's.
  return /^[^"\n@]*"/.exec(behind)?.[0].length ?? 0
}

export type Written = { text: string; caret: number }

/** Puts a choice where the token is. A space follows, unless one is there or `open`: more is to be typed. */
export function chosen(text: string, { start, end }: Token, words: string, { open = false }: { open?: boolean } = {}): Written {
  const behind = text.slice(end)
  const space = open || /^\s/.test(behind) ? '' : ' '
  const caret = start + words.length + (open ? 0 : 1)
  return { text: text.slice(0, start) + words + space + behind, caret }
}

/** A folder that is gone into: the token as it is while something in it is typed. */
export function openFolder(path: string): string {
  return /^[^\s"]*$/.test(path) ? `@${path}` : `@"${path}`
}

/** The paths that are mentioned in a text, each once, as Claude Code reads them; at most `most`. Sub-agents are none. */
export function mentionedPaths(text: string, most: number): string[] {
  const found = new Set<string>()
  for (const [, quoted, bare = ''] of text.slice(0, 200_000).matchAll(/(?:^|\s)@(?:"([^"]{1,1000})"|([^\s"][^\s]{0,1000}))/g)) {
    const path = quoted ?? bare.replace(/[.,;:!?)\]}'"]+$/, '').replace(/#L?\d+(?:-L?\d+)?$/, '')
    if (path === '' || bare.startsWith('agent-') || path.endsWith(' (agent)')) continue
    found.add(path)
    if (found.size === most) break
  }
  return [...found]
}
