/**
 * Which map a place of a YAML text is in, by the names of the fields that lead there; a list's entries are `0`. It goes by indentation, as
 * a text that is being written can seldom be read as a whole.
 */
export function pathAt(text: string, at: number): string[] {
  const start = text.lastIndexOf('\n', at - 1) + 1
  const line = text.slice(start, at)
  const above = text.slice(0, start).split('\n')
  const path = above.length === 0 ? [] : parentsOf(columnOf(line), above)
  return [...path, ...(isEntry(line) ? ['0'] : []), ...withinFlow(line)]
}

/** Where the field of a line begins, behind the dash of a list's entry. */
function columnOf(line: string): number {
  return /^\s*(?:-\s+)?/.exec(line)?.[0].length ?? 0
}

function isEntry(line: string): boolean {
  return /^\s*-\s/.test(line)
}

/** The fields above that hold what stands at a column. */
function parentsOf(column: number, above: readonly string[]): string[] {
  const path: string[] = []
  let left = column
  for (const line of above.toReversed()) {
    if (left === 0) break
    const [, indent = '', dash = '', name] = /^(\s*)(-\s+)?"?([\w-]+)"?:/.exec(line) ?? []
    if (name === undefined) continue
    const isBeside = indent.length + dash.length === left
    // The first field of the entry that it is in.
    if (isBeside && dash !== '') {
      path.unshift('0')
      left = indent.length + 1
    } else if (!isBeside && indent.length + dash.length < left) {
      path.unshift(name)
      left = indent.length + dash.length
      if (dash !== '') {
        path.unshift('0')
        left = indent.length + 1
      }
    }
  }
  return path
}

/** The fields whose `{` is open at the end of a line. */
function withinFlow(line: string): string[] {
  const open: string[] = []
  for (const [, name, mark] of line.matchAll(/(?:"?([\w-]+)"?:\s*)?([{}])/g)) {
    if (mark === '}') open.pop()
    else open.push(name ?? '')
  }
  return open.filter((name) => name !== '')
}
