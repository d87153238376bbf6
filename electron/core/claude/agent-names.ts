import type { Approval } from '../../../shared/domain/approval.ts'
import type { AgentWords, ClaudeEvent } from './claude-event.ts'

const longestWords = 200
/** Of more the oldest are forgotten. */
const mostAgents = 500

/** What sub-agents are, by their ids: a request of one names no more than that. */
export class AgentNames {
  readonly #agents = new Map<string, AgentWords>()

  /** Claude Code says it as each begins, in the background or not. */
  take(event: ClaudeEvent): void {
    if (event.type !== 'background-started' || event.agent === null) return
    this.#agents.set(event.id, event.agent)
    const [oldest] = this.#agents.keys()
    if (this.#agents.size > mostAgents && oldest !== undefined) this.#agents.delete(oldest)
  }

  /** What is said of a request, with who asks. */
  named(facts: Approval['facts'] | undefined): Approval['facts'] | undefined {
    const agent = this.#agents.get(facts?.agentId ?? '')
    return facts && agent ? { ...facts, agent } : facts
  }
}

/** Bounded; what is empty is left out. */
export function agentWords(type: string | undefined, description: string | undefined): AgentWords {
  return {
    ...(type ? { type: type.slice(0, longestWords) } : {}),
    ...(description ? { description: description.slice(0, longestWords) } : {}),
  }
}
