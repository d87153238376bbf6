import type { Approval } from '../../../shared/domain/approval.ts'

/** What was asked, in one sentence. */
export function summaryWords({ kind, tool, title, elicitation, input }: Approval): string {
  if (elicitation) return `${elicitation.server}: ${elicitation.message}`
  if (kind === 'dialog') return title ?? 'Claude Code asked you to choose.'
  const command = typeof input['command'] === 'string' ? `: ${input['command']}` : ''
  return `${tool}${command}`
}
