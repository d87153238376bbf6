const collator = new Intl.Collator(undefined, { numeric: true })

/** The order of two names as people expect it: `build 9` before `build 10`. One collator for all, since to make one takes longer than to compare. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b)
}
