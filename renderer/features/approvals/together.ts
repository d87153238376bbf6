import type { Approval } from '../../../shared/domain/approval.ts'

/** So many are decided with one click; the others come when these are gone. */
export const mostTogether = 50

/** The requests of one tool that may be decided together, the oldest first: none that Claude Code wants to be looked at by itself. */
export function together(approvals: readonly Approval[], tool: string): Approval[] {
  return approvals
    .filter((approval) => approval.tool === tool && mayBeTogether(approval))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
}

export function mayBeTogether({ kind, facts, lapsed }: Approval): boolean {
  return kind === 'permission' && lapsed === undefined && !facts.suppressAlwaysAllow && !facts.defaultToNo
}
