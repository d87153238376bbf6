/** Left alone, Node lets the memory for short-lived objects grow to 128 MB and never gives it back. */
export const nodeFlags = ['--max-semi-space-size=16']
