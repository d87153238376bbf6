/**
 * About how many tokens a text has. No tokenizer is asked: words of letters count one for each four characters begun, digits
 * and signs more densely, and each character of Chinese, Japanese or Korean for itself. It is meant to be rather too high.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [run] of text.matchAll(runs)) {
    const first = run.codePointAt(0) ?? 0
    if (first >= 0x2e80) tokens += Array.from(run).length * 1.1
    else if (/\d/.test(run)) tokens += Math.ceil(run.length / 3)
    else if (/[A-Za-z]/.test(run)) tokens += Math.ceil(run.length / 4.5)
    else if (first > 0x7f) tokens += run.length / 2
    else if (/\s/.test(run)) tokens += run.length > 1 ? 1 : 0
    else tokens += run.length / 1.5
  }
  return Math.ceil(tokens)
}

const runs = /[A-Za-z]+|\d+|\s+|[\u2e80-\uffff]+|[\u0080-\u2e7f]+|[!-/:-@[-`{-~]+/gu
