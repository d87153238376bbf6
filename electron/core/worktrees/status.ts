import type { WorktreeFile } from '../../../shared/domain/worktree.ts'

/** What `git status` says of a worktree. */
export type Status = {
  branch: string | null
  head: string | null
  upstream: { name: string; ahead: number; behind: number; gone: boolean } | null
  files: WorktreeFile[]
  ignored: string[]
}

/** Reads `git status --porcelain=v2 --branch -z --untracked-files=normal --ignored=traditional`. */
export function readStatus(text: string): Status {
  const status: Status = { branch: null, head: null, upstream: null, files: [], ignored: [] }
  const fields = text.split('\0')
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? ''
    const rest = field.slice(2)
    switch (field.charAt(0)) {
      case '#':
        readHeader(status, rest)
        break
      case '1':
        status.files.push({ path: pathAfter(rest, 7), state: stateOf(rest.slice(0, 2)) })
        break
      case '2':
        status.files.push({ path: pathAfter(rest, 8), state: 'renamed' })
        // The name that it had is a field of its own.
        at += 1
        break
      case 'u':
        status.files.push({ path: pathAfter(rest, 9), state: 'conflict' })
        break
      case '?':
        status.files.push({ path: rest, state: 'untracked' })
        break
      case '!':
        status.ignored.push(rest)
        break
    }
  }
  return status
}

function readHeader(status: Status, header: string): void {
  const [name = '', ...words] = header.split(' ')
  const value = words.join(' ')
  if (name === 'branch.oid') status.head = value === '(initial)' ? null : value
  if (name === 'branch.head') status.branch = value === '(detached)' ? null : value
  if (name === 'branch.upstream') status.upstream = { name: value, ahead: 0, behind: 0, gone: true }
  if (name !== 'branch.ab' || status.upstream === null) return
  const [ahead = 0, behind = 0] = words.map((word) => Math.abs(Number(word)))
  status.upstream = { ...status.upstream, ahead, behind, gone: false }
}

/** What stands behind so many words; a path may hold spaces. */
function pathAfter(text: string, words: number): string {
  let at = 0
  for (let word = 0; word < words; word += 1) at = text.indexOf(' ', at) + 1
  return text.slice(at)
}

function stateOf([staged, changed]: string | readonly string[]): WorktreeFile['state'] {
  if (staged === 'D' || changed === 'D') return 'deleted'
  if (staged === 'A' || changed === 'A') return 'added'
  return 'changed'
}
