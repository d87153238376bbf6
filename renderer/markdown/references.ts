import { definitionOf, footnoteOf } from './block-lines.ts'

/** Definitions that a text holds, by the name in capital letters that they are looked up by. */
export type References = { links: ReadonlyMap<string, string>; notes: ReadonlySet<string> }

/** A block is given no more than this many. */
const mostOfBlock = 200

export const noReferences: References = { links: new Map(), notes: new Set() }

/** The definitions of links (`[name]: address`) and the names of footnotes of a text, in one walk over its lines. */
export function referencesOf(text: string): References {
  if (!text.includes(']:')) return noReferences
  const links = new Map<string, string>()
  const notes = new Set<string>()
  for (const line of text.split('\n')) {
    if (!line.includes(']:')) continue
    const note = footnoteOf(line)
    if (note !== null) notes.add(nameOf(note))
    const definition = definitionOf(line)
    // Of two with one name the first counts.
    if (definition && !links.has(nameOf(definition.label))) links.set(nameOf(definition.label), line.trim())
  }
  return { links, notes }
}

/** Those that a block names, as markdown to be read behind it; empty when it names none. Linear in the block. */
export function referencesFor(text: string, { links, notes }: References): string {
  if ((links.size === 0 && notes.size === 0) || !text.includes('[')) return ''
  const found = new Set<string>()
  for (const [, label = ''] of text.matchAll(/\[([^[\]]{1,999})\]/g)) {
    if (found.size >= mostOfBlock) break
    const link = links.get(nameOf(label))
    if (link !== undefined) found.add(link)
    const note = label.startsWith('^') ? label.slice(1) : null
    if (note !== null && notes.has(nameOf(note))) found.add(`[^${note}]: -`)
  }
  return [...found].join('\n')
}

function nameOf(label: string): string {
  return label.trim().replaceAll(/\s+/g, ' ').toUpperCase()
}
