import type { McpServer } from './instance.ts'
import { referencesIn } from './reference.ts'

/** Beginnings that issuers give to their keys. */
const issued =
  /^(?:sk-|pk_|rk_|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xox[abposr]-|xapp-|AKIA|ASIA|AIza|ya29\.|eyJ[\w-]+\.eyJ|hf_|npm_|pypi-|dop_v1_|shpat_|SG\.|lin_api_|ntn_|secret_|figd_|tvly-|sbp_|fc-)/
const namedSo = /(?:^|[_-])(?:api_?key|key|token|secret|password|passwd|pwd|pat|credentials?|auth|authorization|cookie|dsn)$/i
const scheme = /^(?:Bearer|Basic|Token|ApiKey)\s+/i
const mixed = /^(?=.*[A-Za-z])(?=.*\d)[\w+/=.:~-]{20,}$/
const inAddress = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:([^/\s@]+)@/i

/** Whether the value of a variable or header looks like a key that nobody but its owner should read. A reference is none. */
export function looksLikeSecret(name: string, value: string): boolean {
  const bare = value.trim().replace(scheme, '')
  const said = inAddress.exec(bare)
  if (said !== null) return referencesIn(said[1] ?? '').length === 0
  if (referencesIn(bare).length > 0 || /^\$\{[^{}]+\}$/.test(bare) || bare === '') return false
  if (issued.test(bare) && bare.length >= 12) return true
  return (
    namedSo.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2')) && bare.length >= 8 && !/\s|^(?:true|false|none|null|\d+)$|^[/~.]/i.test(bare)
  )
}

/** The same of an argument of a program or an address: there only what is a key by its own look counts. */
export function argumentLooksSecret(text: string): boolean {
  const [, flag = '', value = ''] = /^--?([\w-]+)=(.+)$/.exec(text) ?? []
  if (flag !== '') return looksLikeSecret(flag, value)
  const query = /^https?:\/\/[^?#]*\?([^#]*)/i.exec(text)?.[1]
  if (query !== undefined && query.split('&').some((pair) => partLooksSecret(pair))) return true
  return looksLikeSecret('', text)
}

/** The same of `name=value` in an address. */
function partLooksSecret(pair: string): boolean {
  const at = pair.indexOf('=')
  return at > 0 && looksLikeSecret(decoded(pair.slice(0, at)), decoded(pair.slice(at + 1)))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** A name for a secret that stands under `name`: `GITHUB_TOKEN`; of a header `Authorization` in the server `linear`: `LINEAR_AUTHORIZATION`. */
export function suggestedName(name: string, server?: string): string {
  const own = name.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^[_\d]+|_+$/g, '')
  const generic = /^(?:authorization|api_?key|token|key|secret|password|x_api_key|args_?\d*|url)$/i.test(own) || own === ''
  const whole = generic && server !== undefined ? `${server.replaceAll(/[^A-Za-z0-9]+/g, '_')}_${own || 'key'}` : own || 'KEY'
  return (
    whole
      .replace(/^[_\d]+/, '')
      .slice(0, 64)
      .toUpperCase() || 'KEY'
  )
}

/** A value in clear, and where: `env.GITHUB_TOKEN`, `mcpServers.linear.headers.Authorization`. */
export type Clear = { place: string; value: string; suggested: string }

/** What looks like a key in the configuration of one server. `at` goes before each place. */
export function clearInServer(config: McpServer, server: string, at = ''): Clear[] {
  const found = (place: string, name: string, value: string): Clear => ({
    place: `${at}${place}`,
    value,
    suggested: suggestedName(name, server),
  })
  const pairs = 'command' in config ? Object.entries(config.env ?? {}) : Object.entries(config.headers ?? {})
  const group = 'command' in config ? 'env' : 'headers'
  const args = 'command' in config ? (config.args ?? []) : []
  return [
    ...pairs.filter(([name, value]) => looksLikeSecret(name, value)).map(([name, value]) => found(`${group}.${name}`, name, value)),
    ...args.flatMap((text, index) => (argumentLooksSecret(text) || isFlagged(args, index) ? [found(`args.${index}`, 'key', text)] : [])),
    ...('url' in config && argumentLooksSecret(config.url) ? [found('url', 'key', config.url)] : []),
  ]
}

/** `--api-key VALUE`: the name stands in the argument before. */
function isFlagged(args: readonly string[], index: number): boolean {
  const before = /^--?([\w-]+)$/.exec(args[index - 1] ?? '')?.[1]
  return before !== undefined && mixed.test(args[index] ?? '') && looksLikeSecret(before, args[index] ?? '')
}

type Holder = { env: Readonly<Record<string, string>>; mcpServers: Readonly<Record<string, McpServer>> }

/** What looks like a key in an instance or a profile. */
export function clearIn({ env, mcpServers }: Holder): Clear[] {
  return [
    ...Object.entries(env)
      .filter(([name, value]) => looksLikeSecret(name, value))
      .map(([name, value]) => ({ place: `env.${name}`, value, suggested: suggestedName(name) })),
    ...Object.entries(mcpServers).flatMap(([server, config]) => clearInServer(config, server, `mcpServers.${server}.`)),
  ]
}
