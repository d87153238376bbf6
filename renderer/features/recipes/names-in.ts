/** Ids of the steps that a text has, in their order. Reads line by line: the text may be half written. */
export function stepIdsIn(text: string): string[] {
  return unique(text.matchAll(/^\s+(?:-\s+)?(?:\{\s*)?"?id"?:\s*["']?([A-Za-z][\w-]*)/gm))
}

/** Names of the inputs that a text has. */
export function inputNamesIn(text: string): string[] {
  const flow = /^inputs:[ \t]*\{(.*)$/m.exec(text)?.[1]
  if (flow !== undefined) return unique(withoutNested(flow).matchAll(/(?:^|,)\s*([A-Za-z_]\w*)\s*:/g))
  const block = /^inputs:[ \t]*\n((?:[ \t]+.*\n?|[ \t]*\n)*)/m.exec(text)?.[1] ?? ''
  const indent = /^([ \t]+)\S/m.exec(block)?.[1]
  return indent === undefined ? [] : unique(block.matchAll(new RegExp(`^${indent}([A-Za-z_]\\w*)\\s*:`, 'gm')))
}

function withoutNested(flow: string): string {
  let depth = 0
  return flow
    .split('')
    .filter((letter) => {
      if (letter === '}') depth -= 1
      const isOut = depth === 0
      if (letter === '{') depth += 1
      return isOut
    })
    .join('')
}

function unique(found: Iterable<RegExpMatchArray>): string[] {
  return [...new Set([...found].flatMap(([, name]) => (name === undefined ? [] : [name])))]
}
