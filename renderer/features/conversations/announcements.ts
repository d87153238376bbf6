import type { Approval } from '../../../shared/domain/approval.ts'
import { approvalWords } from '../../../shared/notification-words.ts'
import type { ThreadRow } from './thread-row.ts'
import { summarizeTool } from '../../tools/tool-summary.ts'
import { clippedWords } from '../../words/clip-text.ts'

const longest = 300

/** What a reader who does not see the page should hear next; null when there is nothing new to say. Streaming text is not read out piece by piece. */
export function announcementOf(rows: readonly ThreadRow[]): { key: string; text: string } | null {
  for (const row of rows.toReversed().slice(0, 3)) {
    if (row.kind === 'approval') return { key: row.key, text: asked(row.entry.approval) }
    if (row.kind === 'end') return { key: row.key, text: ended(row.turn.outcome, row.answer) }
    if (row.kind === 'note' && row.level !== 'info') return { key: row.key, text: clippedWords(row.text, longest) }
    if (row.kind === 'text' && row.live) return { key: `answering:${row.turnId ?? ''}`, text: 'Claude is answering.' }
    if (row.kind === 'tool' && row.call.state === 'running')
      return { key: `working:${row.call.turnId ?? ''}`, text: 'Claude is using tools.' }
  }
  return null
}

function asked(approval: Approval): string {
  if (approval.lapsed !== undefined) return `A request can’t be answered anymore. ${approval.lapsed}`
  if (approval.kind === 'permission') return `Claude asks for permission: ${summarizeTool(approval.tool, approval.input).ask}.`
  const { title, body } = approvalWords(approval, 'Claude')
  return `${title}: ${body}`
}

function ended(outcome: string | null, answer: string): string {
  if (outcome === 'interrupted') return 'The turn was stopped.'
  if (outcome === 'failed') return 'The turn failed.'
  if (outcome === 'lost') return 'The turn was cut off.'
  const text = answer
    .slice(0, longest * 4)
    .trim()
    .replace(/\s+/g, ' ')
  return text === '' ? 'Claude has finished.' : `Claude says: ${text.length > longest ? `${text.slice(0, longest)}…` : text}`
}
