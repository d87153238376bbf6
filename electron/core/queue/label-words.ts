/** `the label “a”`, or `all of the labels “a”, “b”`. */
export function labelWords(labels: readonly string[]): string {
  const quoted = labels.map((label) => `“${label}”`)
  return quoted.length === 1 ? `the label ${quoted[0]}` : `all of the labels ${quoted.join(', ')}`
}
