/** What our Node is told: it would let the memory for what lives a moment grow to 128 MB, and not give it back. */
export const nodeFlags = ['--max-semi-space-size=16']
