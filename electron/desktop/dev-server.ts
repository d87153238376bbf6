const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Where the page under development is served; null for the built page. What comes from there is given every call and no policy, so it has
 * to be asked for by `npm run dev`, which sets BULLPEN_DEV, and to be on this machine.
 */
export function devServerAddress(env: NodeJS.ProcessEnv): string | null {
  const address = env['ELECTRON_RENDERER_URL']
  if (env['BULLPEN_DEV'] !== '1' || address === undefined || !URL.canParse(address)) return null
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && loopback.has(hostname) ? address : null
}
