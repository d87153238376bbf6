/** A remote as a browser reaches it. */
export type RemoteSite = { host: string; path: string; kind: 'github' | 'gitlab' | 'bitbucket' | 'gitea' | null }

/** Reads the address of a remote: `git@host:owner/name.git`, `ssh://…`, `https://…`. Null for a folder, or what is no address. */
export function readRemote(address: string): RemoteSite | null {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)([^\s]+)$/.exec(address)
  if (scp?.[1] !== undefined && scp[2] !== undefined && scp[1].length > 1) return siteOf(scp[1], scp[2])
  if (!/^(?:https?|ssh|git):\/\//.test(address) || !URL.canParse(address)) return null
  const { hostname, pathname } = new URL(address)
  return siteOf(hostname, pathname)
}

/** Where a pull request of `branch` into `base` is made by hand; null for a host that is not known. */
export function compareAddress({ host, path, kind }: RemoteSite, base: string, branch: string): string | null {
  const [from, into] = [encodeURIComponent(branch), encodeURIComponent(base)]
  const at = `https://${host}/${path.split('/').map(encodeURIComponent).join('/')}`
  switch (kind) {
    case 'github':
      return `${at}/compare/${into}...${from}?expand=1`
    case 'gitlab':
      return `${at}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${from}&merge_request%5Btarget_branch%5D=${into}`
    case 'bitbucket':
      return `${at}/pull-requests/new?source=${from}&dest=${into}`
    case 'gitea':
      return `${at}/compare/${into}...${from}`
    case null:
      return null
  }
}

function siteOf(host: string, path: string): RemoteSite | null {
  const clean = decoded(path)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
  return clean === '' ? null : { host: host.toLowerCase(), path: clean, kind: kindOf(host.toLowerCase()) }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function kindOf(host: string): RemoteSite['kind'] {
  if (/(?:^|\.)github\./.test(host)) return 'github'
  if (/(?:^|\.)gitlab\./.test(host)) return 'gitlab'
  if (host === 'bitbucket.org') return 'bitbucket'
  return host === 'codeberg.org' || /(?:^|\.)gitea\./.test(host) ? 'gitea' : null
}
