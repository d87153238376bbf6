import type { Approval } from './domain/approval.ts'
import type { RunAsk } from './domain/run.ts'

const longest = 180

/** What a notification says of a request that waits: who asks, and what, each in one short line. */
export function approvalWords({ kind, tool, questions, elicitation, title }: Approval, name: string): { title: string; body: string } {
  switch (kind) {
    case 'question': {
      const more = (questions?.length ?? 0) - 1
      const first = line(questions?.[0]?.question ?? 'Open the conversation to answer.')
      return { title: `${name} has a question`, body: more > 0 ? `${first} (${more} more)` : first }
    }
    case 'plan':
      return { title: `${name} has a plan`, body: 'Approve it, or ask for changes.' }
    case 'elicitation':
      return {
        title: `${line(elicitation?.server ?? 'An MCP server')} asks you something`,
        body: line(elicitation?.message ?? 'Open the conversation to answer.'),
      }
    case 'dialog':
      return { title: `${name} needs your decision`, body: line(title ?? 'Open the conversation to answer.') }
    case 'permission':
      return { title: `${name} needs your approval`, body: `Approve ${line(tool)}?` }
  }
}

/** What a notification says of a step of a run that waits. */
export function stepAskWords(run: string, { kind, title, text }: Pick<RunAsk, 'kind' | 'title' | 'text'>): { title: string; body: string } {
  const name = line(run)
  switch (kind) {
    case 'gate':
      return { title: `${name} needs your approval`, body: line(text) }
    case 'cut-off':
      return { title: `${name} was interrupted`, body: `${line(title)}: retry or skip it?` }
    case 'event':
      return { title: `${name} is waiting for you`, body: `Waiting for: ${line(text)}` }
    case 'approval':
    case 'run':
      return { title: `${name} needs you`, body: line(text) }
  }
}

/** In one line, without characters that turn what follows round or cannot be seen. */
function line(text: string): string {
  const plain = text
    .slice(0, longest * 4)
    .replaceAll(/\p{C}+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain
}
