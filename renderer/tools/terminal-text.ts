// oxlint-disable-next-line no-control-regex -- these are the codes that a terminal reads
const codes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g

/** Output of a command as its last state on a terminal would read: without colour codes, and with overwritten lines gone. */
export function stripColours(text: string): string {
  const plain = text.replace(codes, '')
  if (!plain.includes('\r')) return plain
  return plain
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\r').at(-1) ?? '')
    .join('\n')
}
