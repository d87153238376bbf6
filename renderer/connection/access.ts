const key = 'bullpen:token'

/**
 * The token that this page was opened with: taken from the address once, so that it is neither seen nor shared, and kept for
 * reloads of this tab alone. Null when there is none.
 */
export function takeToken(): string | null {
  const [, token] = /^#token=(.+)$/.exec(location.hash) ?? []
  if (token !== undefined) {
    sessionStorage.setItem(key, token)
    history.replaceState(null, '', location.pathname)
  }
  return token ?? sessionStorage.getItem(key)
}
