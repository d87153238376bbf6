import type { Root, Table } from 'mdast'

/** Longer lines are read as they are. */
const longestLine = 5_000

const delimiterRow = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/

/** Code in a table keeps its bars: each bar between backticks is marked as one that parts no cells. The text as it is when it has no table. */
export function keepBarsInCode(text: string): string {
  if (!text.includes('|') || !text.includes('`')) return text
  const lines = text.split('\n')
  if (!lines.some((line) => line.includes('-') && line.length < longestLine && delimiterRow.test(line))) return text
  return lines.map((line) => (line.length < longestLine && line.includes('|') && line.includes('`') ? marked(line) : line)).join('\n')
}

/** Cells beyond those of the heading are cells: nothing that was written is left out. */
export function widenTables(root: Root): void {
  const tables = root.children.filter((node) => node.type === 'table')
  for (const table of tables) widen(table)
}

function marked(line: string): string {
  const parts = line.split(/(`+)/)
  let open = ''
  return parts
    .map((part, place) => {
      if (place % 2 === 1) {
        if (open === part) open = ''
        else if (open === '' && parts.indexOf(part, place + 1) > 0) open = part
        return part
      }
      return open === '' ? part : part.replaceAll(/(?<!\\)\|/g, '\\|')
    })
    .join('')
}

function widen(table: Table): void {
  const columns = table.children.reduce((most, row) => Math.max(most, row.children.length), 0)
  const align = [...(table.align ?? [])]
  while (align.length < columns) align.push(null)
  table.align = align
}
