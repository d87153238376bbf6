import { mayOpen } from '../../shared/link-policy.ts'

/** What a link leads to: an address that may be opened, a file of this computer, or nothing that can be clicked. */
export type LinkTarget = { kind: 'address'; href: string } | { kind: 'file'; path: string } | { kind: 'nothing' }

/** Reads where a link of an answer leads. */
export function linkTarget(address: string): LinkTarget {
  const text = address.trim()
  const url = URL.parse(text)
  if (url !== null && mayOpen(url)) return { kind: 'address', href: url.href }
  const path = pathOf(text)
  return path === null ? { kind: 'nothing' } : { kind: 'file', path }
}

/** `src/a.ts`, `/home/ada/a.ts#L12`, `C:\a.ts`, `file:///home/ada/a.ts` as a path with the line behind a colon; null for anything else. */
function pathOf(text: string): string | null {
  if (text.length === 0 || text.length > 1_000) return null
  const local = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(text)?.[1] ?? text
  const plain = decoded(local)
  if (plain === null || !/^(?:[a-z]:[\\/]|~\/|\.{0,2}\/(?!\/)|[\w@.+-])/i.test(plain)) return null
  const [, path = '', from, to] = /^(.*?)(?:#L(\d+)(?:-L?(\d+))?|#.*|\?.*)?$/s.exec(plain) ?? []
  const hasScheme = /^[a-z][a-z\d+.-]*:/i.test(path) && !/^[a-z]:[\\/]/i.test(path) && !/:\d+(?::\d+)?$/.test(path)
  if (hasScheme || !/[\w)]/.test(path)) return null
  return from === undefined ? path : `${path}:${from}${to === undefined ? '' : `-${to}`}`
}

/** Without escapes such as `%20`; null where controls or signs that are not seen are hidden in it. */
function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text)
    return /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(plain) ? null : plain
  } catch {
    return null
  }
}
