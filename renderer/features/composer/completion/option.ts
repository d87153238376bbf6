import type { Searchable } from './fuzzy.ts'
import type { CommandEnd } from './own-commands.ts'

export type OptionIcon = 'command' | 'app' | 'prompt' | 'file' | 'folder' | 'agent' | 'instance' | 'conversation' | 'checkpoint' | 'choice'

/** One thing that can be chosen. */
export type Option = {
  /** Unique in its list. */
  id: string
  /** Under which heading it stands. */
  group: string
  icon: OptionIcon
  title: string
  /** What it takes behind its name. */
  hint?: string
  detail?: string
  /** Where it comes from, in a word. */
  tag?: string
  /** It takes the whole text's place, not only the token's. */
  whole?: true
  /** What is put where the token is. */
  insert: string
  /** A folder: what stands there while something in it is typed. */
  drill?: string
  /** Done instead of putting anything there. */
  run?: () => CommandEnd
  search: Searchable
}

export type Row = { heading: string } | Option

/** The options with the headings of their groups; each group once, in the order in which they come. */
export function withHeadings(options: readonly Option[]): Row[] {
  const rows: Row[] = []
  let group: string | null = null
  for (const option of options) {
    if (option.group !== group) rows.push({ heading: option.group })
    group = option.group
    rows.push(option)
  }
  return rows
}

/** Text that goes into one line: no line breaks, no more than so many characters. */
export function oneLine(text: string, most = 400): string {
  const line = text
    .slice(0, most * 2)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > most ? `${line.slice(0, most)}…` : line
}
