/** The output that somebody has written as JSON; undefined for none. `problem`: why it is no JSON, and where. */
export function parsedOutput(text: string): { value: unknown; problem: string | null } {
  if (text.trim() === '') return { value: undefined, problem: null }
  try {
    const value: unknown = JSON.parse(text)
    return { value, problem: null }
  } catch (thrown) {
    return { value: undefined, problem: `This isn’t JSON yet${placeWords(text, thrown)}. Text needs quotes: "like this".` }
  }
}

function placeWords(text: string, thrown: unknown): string {
  const position = thrown instanceof Error ? /position (\d+)/.exec(thrown.message)?.[1] : undefined
  if (position === undefined) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`
}
