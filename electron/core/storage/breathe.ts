/** Lets the event loop do what waits: to be awaited between the slices of long work, so that nothing else stands still. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
