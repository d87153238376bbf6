const asked = /<commit-diff>\n([\s\S]*)\n<\/commit-diff>/
const verbs: Record<string, string> = {
  created: 'Add',
  deleted: 'Remove',
  renamed: 'Move',
  changed: 'Update',
  mode: 'Update',
  type: 'Replace',
}
const fileLine = /^(created|deleted|renamed|changed|mode|type): (?:.* -> )?(.+)$/gm
const longestSubject = 72

/** The message of a commit, from the names of its files; null where nobody asks for one. */
export function commitMessage(prompt: string): string | null {
  const diff = asked.exec(prompt)?.[1]
  if (diff === undefined) return null
  const files = [...diff.matchAll(fileLine)].map(([, kind = 'changed', path = '']) => ({ kind, name: path.split('/').at(-1) ?? path }))
  const [first] = files
  if (first === undefined) return 'Update files'
  const verb = files.every(({ kind }) => kind === first.kind) ? (verbs[first.kind] ?? 'Update') : 'Update'
  const names = files.length > 2 ? `${first.name} and ${files.length - 1} other files` : files.map(({ name }) => name).join(' and ')
  return `${verb} ${names}`.slice(0, longestSubject)
}

/** Words in what is to be committed are nobody's wishes. */
export function withoutDiff(prompt: string): string {
  return prompt.replace(asked, '')
}
