import type { ReviewComment } from '../../state/review-comments.ts'

const longestQuote = 1_500

/** Comments as one message to Claude: where each belongs, the lines, and what is said of them. */
export function commentsMessage(comments: readonly ReviewComment[]): string {
  const written = comments.filter(({ text }) => text.trim() !== '')
  const parts = written.map((comment, place) => {
    const number = written.length === 1 ? '' : `${place + 1}. `
    return `${number}${placeWords(comment)}\n\n${fenced(quoted(comment.quote))}\n\n${comment.text.trim()}`
  })
  const first = written.length === 1 ? 'Please address this review comment:' : 'Please address these review comments:'
  return [first, ...parts].join('\n\n')
}

/** `src/a.ts, lines 10–12`. */
export function placeWords({ path, side, from, to }: Pick<ReviewComment, 'path' | 'side' | 'from' | 'to'>): string {
  const lines = from === to ? `line ${from}` : `lines ${from}–${to}`
  return `\`${path}\`, ${lines}${side === 'old' ? ' of the previous version' : ''}`
}

function quoted(quote: string): string {
  return quote.length <= longestQuote ? quote : `${quote.slice(0, longestQuote)}\n…`
}

/** A fence that is longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}diff\n${text}\n${fence}`
}
