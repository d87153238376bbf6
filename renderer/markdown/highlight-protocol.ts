/** One coloured stretch of a line: how many characters, and the colour's place in `tokenKinds`. */
export type TokenSpan = readonly [length: number, kind: number]
export type HighlightedLines = readonly (readonly TokenSpan[])[]

export type HighlightRequest = { id: number; language: string; code: string }
/** `lines` is null when it could not be coloured; the code is then shown plain. */
export type HighlightAnswer = { id: number; lines: HighlightedLines | null }

/** What a stretch of code is; the first is plain. Each is a class `token-<kind>`. */
export const tokenKinds = [
  'plain',
  'constant',
  'string',
  'comment',
  'keyword',
  'parameter',
  'function',
  'string-expression',
  'punctuation',
  'link',
  'inserted',
  'deleted',
  'changed',
] as const

/** Longer code is shown plain: colours are not worth a wait. */
export const longestHighlighted = 120_000
