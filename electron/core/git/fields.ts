/** The parts of what git writes with `-z`: bytes between zeros. The bytes are those of `output`, not a copy. */
export function zeroFields(output: Buffer): Buffer[] {
  const fields: Buffer[] = []
  let start = 0
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    fields.push(output.subarray(start, end))
    start = end + 1
  }
  if (start < output.length) fields.push(output.subarray(start))
  return fields
}

/** What git reads with `-z --stdin`. */
export function zeroLines(fields: readonly Uint8Array[]): Buffer {
  const zero = Buffer.of(0)
  return Buffer.concat(fields.flatMap((field) => [field, zero]))
}
