import { AppError } from '../app-error.ts'
import type { McpServer } from './instance.ts'
import { looksLikeSecret } from './likely-secret.ts'

const dots = '•••'
const scheme = /^((?:Bearer|Basic|Token|ApiKey)\s+)(.+)$/i

/** The configuration with the values at these places left out. */
export function hiddenIn(config: McpServer, places: readonly string[]): McpServer {
  return replacedIn(config, places, (place, text) => (place === 'url' ? withoutSecrets(text, () => dots) : dots))
}

/**
 * The configuration with a reference in the place of each value, and the values by the names that were given. Throws BAD_REQUEST for one
 * that stands on a command line.
 */
export function takenOut(
  config: McpServer,
  places: readonly { place: string; name: string }[],
): { config: McpServer; values: Map<string, string> } {
  const values = new Map<string, string>()
  const names = new Map(places.map(({ place, name }) => [place, name]))
  const next = replacedIn(config, [...names.keys()], (place, text) => {
    const name = names.get(place) ?? ''
    if (place.startsWith('args.'))
      throw new AppError(
        'BAD_REQUEST',
        `Argument ${Number(place.slice('args.'.length)) + 1} of this server looks like a key and would be visible in the list of processes. Save the server by hand, with the key in “env”.`,
        { data: { field: place } },
      )
    if (place === 'url')
      return withoutSecrets(text, (value) => {
        values.set(name, value)
        return `\${secret:${name}}`
      })
    const [, prefix = '', value = text] = scheme.exec(text) ?? []
    values.set(name, value)
    return `${prefix}\${secret:${name}}`
  })
  return { config: next, values }
}

function replacedIn(config: McpServer, places: readonly string[], change: (place: string, text: string) => string): McpServer {
  const wanted = new Set(places)
  const at = (place: string, text: string) => (wanted.has(place) ? change(place, text) : text)
  const pairs = (group: string, record: Readonly<Record<string, string>> | undefined) =>
    record && Object.fromEntries(Object.entries(record).map(([name, text]) => [name, at(`${group}.${name}`, text)]))
  if ('command' in config) {
    const env = pairs('env', config.env)
    const args = config.args?.map((text, index) => at(`args.${index}`, text))
    return { ...config, ...(args ? { args } : {}), ...(env ? { env } : {}) }
  }
  const headers = pairs('headers', config.headers)
  return { ...config, url: at('url', config.url), ...(headers ? { headers } : {}) }
}

/** An address with what looks like a key in its parameters, or its password, replaced. */
function withoutSecrets(address: string, replace: (value: string) => string): string {
  const inUser = address.replace(
    /^([a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:)([^/\s@]+)@/i,
    (_whole, before: string, value: string) => `${before}${replace(value)}@`,
  )
  return inUser.replaceAll(/([?&])([^=&#]+)=([^&#]+)/g, (whole, sign: string, name: string, value: string) =>
    looksLikeSecret(decode(name), decode(value)) ? `${sign}${name}=${replace(decode(value))}` : whole,
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
