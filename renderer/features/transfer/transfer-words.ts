import type { ExportFormat, ImportItem, ImportReport, Transfer } from '../../../shared/domain/transfer.ts'
import { plural } from '../../words/figures.ts'

export type FormatChoice = { format: ExportFormat; title: string; words: string }

/** What one can export as, the most useful first. */
export const formatChoices: readonly FormatChoice[] = [
  { format: 'bundle', title: 'Archive (.zip)', words: 'Everything, with forks, tags and times. Can be imported again.' },
  { format: 'jsonl', title: 'Bullpen JSON Lines (.jsonl)', words: 'Exactly as stored on disk. Can be imported again.' },
  { format: 'markdown', title: 'Markdown', words: 'For reading, or for use in documents.' },
  { format: 'html', title: 'Web page', words: 'Static HTML, without scripts.' },
  { format: 'json', title: 'JSON', words: 'Messages and turns, for scripts.' },
]

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  for (const [unit, size] of units) if (bytes >= size) return `${(bytes / size).toFixed(bytes / size < 10 ? 1 : 0)} ${unit}`
  return `${bytes} bytes`
}

const units = [
  ['GB', 1_000_000_000],
  ['MB', 1_000_000],
  ['KB', 1_000],
] as const

/** From 0 to 1; null when nobody knows. */
export function shareDone(transfers: readonly Transfer[]): number | null {
  const bytes = transfers.reduce((sum, one) => sum + one.bytes, 0)
  const total = transfers.reduce((sum, one) => sum + (one.totalBytes ?? 0), 0)
  if (total > 0) return Math.min(1, bytes / total)
  const [one] = transfers
  return one && transfers.length === 1 && one.total ? Math.min(1, one.done / one.total) : null
}

/** The reports of several imports as one. */
export function joinReports(transfers: readonly Transfer[]): ImportReport {
  const reports = transfers.flatMap(({ report }) => report ?? [])
  const sum = (key: 'taken' | 'duplicates' | 'refused' | 'messages' | 'hidden') => reports.reduce((all, report) => all + report[key], 0)
  return {
    taken: sum('taken'),
    duplicates: sum('duplicates'),
    refused: sum('refused'),
    messages: sum('messages'),
    hidden: sum('hidden'),
    // What needs a look comes first.
    items: reports.flatMap(({ items }) => items).toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome)),
  }
}

const order: readonly ImportItem['outcome'][] = ['refused', 'duplicate', 'taken']

/** What an import has come to, in a sentence. */
export function reportWords({ taken, duplicates, refused, messages }: ImportReport): string {
  const parts = [
    taken > 0 ? `${plural(taken, 'conversation')} imported, with ${plural(messages, 'message')}` : 'Nothing new to import',
    duplicates > 0 ? `${duplicates} ${duplicates === 1 ? 'was' : 'were'} here already` : null,
    refused > 0 ? `${refused} skipped` : null,
  ]
  return `${parts.filter((part) => part !== null).join(' · ')}.`
}

/** How one that ended otherwise than well ended; null for the others. */
export function faultOf(transfer: Transfer): string | null {
  if (transfer.state === 'cancelled') return transfer.kind === 'import' ? 'Stopped. What was imported so far stays.' : 'Stopped.'
  return transfer.error?.message ?? null
}
