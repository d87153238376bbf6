import type { Approval } from '../../shared/domain/approval.ts'
import type { StepNeed } from '../../shared/domain/run.ts'
import type { Turn } from '../../shared/domain/turn.ts'

const longestTool = 40

/** What is asked of the user, in two or three words. */
export function askedWords({ kind, tool }: Pick<Approval, 'kind' | 'tool'>): string {
  switch (kind) {
    case 'permission':
      return `Approve ${tool.length > longestTool ? `${tool.slice(0, longestTool)}…` : tool}`
    case 'question':
      return 'Has a question'
    case 'plan':
      return 'Plan to approve'
    case 'elicitation':
      return 'Asks for input'
    case 'dialog':
      return 'Needs a decision'
  }
}

/** How a turn ended that waits for the user. */
export function endedWords(outcome: Turn['outcome'] | undefined): string {
  return outcome === 'lost' ? 'Cut off' : 'Turn failed'
}

/** What a step of a run waits for. */
export function stepAskedWords({ kind }: Pick<StepNeed, 'kind'>): string {
  switch (kind) {
    case 'gate':
      return 'Needs approval'
    case 'cut-off':
      return 'Step cut off'
    case 'event':
      return 'Waiting for an event'
  }
}
