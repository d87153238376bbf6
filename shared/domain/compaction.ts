import type { MessageNotice } from './message.ts'

/** What a compaction of the context did, as far as Claude Code says it. Tokens are those of the context. */
export type Compaction = { trigger: string | null; preTokens: number | null; postTokens: number | null }

/** The line that a thread has where the context was compacted; the same for a live one and an imported one. */
export function compactionLine({ trigger, preTokens, postTokens }: Compaction): { text: string; notice: MessageNotice } {
  const data = {
    ...(trigger === null ? {} : { trigger }),
    ...(preTokens === null ? {} : { preTokens }),
    ...(postTokens === null ? {} : { postTokens }),
  }
  return { text: `Context compacted${byWhom(trigger)}${sizes(preTokens, postTokens)}`, notice: { kind: 'compaction', level: 'info', data } }
}

/** The notice of the line that holds what Claude remembers after a compaction. */
export const summaryNotice: MessageNotice = { kind: 'summary', level: 'info' }

function byWhom(trigger: string | null): string {
  if (trigger === 'auto') return ' automatically'
  return trigger === 'manual' ? ' on request' : ''
}

function sizes(before: number | null, after: number | null): string {
  if (before === null) return ''
  return after === null ? `: it held ${inShort(before)} tokens` : `: ${inShort(before)} → ${inShort(after)} tokens`
}

function inShort(tokens: number): string {
  return tokens < 1_000 ? String(tokens) : `${Math.round(tokens / 1_000)}k`
}
