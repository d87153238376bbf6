const key = 'bullpen:token'

/**
 * The token that this page was opened with: taken from the address once, so that it is neither seen nor shared, and kept for
 * reloads of this tab alone. Null when there is none: then the browser may have signed in before.
 */
export function takeToken(): string | null {
  const [, token] = /^#token=(.+)$/.exec(location.hash) ?? []
  if (token !== undefined) {
    sessionStorage.setItem(key, token)
    history.replaceState(null, '', location.pathname)
  }
  return token ?? sessionStorage.getItem(key)
}

/** The token is no longer the right one. */
export function dropToken(): void {
  sessionStorage.removeItem(key)
}

/** Signs this browser in, so that its tabs and bookmarks work without a token. Where it takes no cookies, this tab has its token. */
export async function signIn(token: string): Promise<void> {
  await fetch('/sign-in', { method: 'POST', headers: { authorization: `Bearer ${token}` } }).catch(() => null)
}

/** What a request shows besides the cookie, which the browser sends by itself. */
export function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
