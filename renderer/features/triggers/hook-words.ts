/** Where a hook is called. A window that was not loaded from a server does not know its port. */
export function hookAddress(hookPath: string, { protocol, origin }: Pick<Location, 'protocol' | 'origin'>): string {
  return `${/^https?:$/.test(protocol) ? origin : 'http://127.0.0.1:PORT'}${hookPath}`
}
