/** Whether a search has this filter, as a word of its own. */
export function hasFilter(query: string, filter: string): boolean {
  return query.split(/\s+/).includes(filter)
}

/** The search with the filter put before its words, or without it. */
export function toggleFilter(query: string, filter: string): string {
  if (!hasFilter(query, filter)) return `${filter} ${query}`
  const words = query.split(/\s+/).filter((word) => word !== '' && word !== filter)
  return words.join(' ') + (/\s$/.test(query) && words.length > 0 ? ' ' : '')
}
