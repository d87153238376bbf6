import type { Exchange } from '../../../shared/domain/aside.ts'

const longestEarlier = 40_000

/** What Claude is told with the first question: it stands behind all that was said, so what the provider has cached of that is of use. */
export function firstPrompt(question: string, { isBusy, earlier }: { isBusy: boolean; earlier: string }): string {
  const rules = [
    'This is a side question about the conversation so far. Answer it briefly, then stop: do not continue any work, and change nothing.',
    'Only tools that read are available. Nobody else will see the question or your answer.',
    ...(isBusy ? ['Another copy of you is working on the latest message at this moment; leave that work to it.'] : []),
  ]
  return `<side-question-rules>\n${rules.join('\n')}\n</side-question-rules>\n\n${earlier}${question}`
}

/** What was asked before, for a process that was not there then. */
export function restored(exchanges: readonly Exchange[]): string {
  if (exchanges.length === 0) return ''
  const said = exchanges.map(({ question, answer }) => `Question: ${question}\n\nYour answer: ${answer}`).join('\n\n')
  return `<earlier-side-questions>\n${said.slice(-longestEarlier)}\n</earlier-side-questions>\n\n`
}
