import { opendir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { IgnoreRules } from './ignore-rules.ts'

export type Walk = {
  /** Each path relative to the folder, with `/` between; folders end with it. False: no more are wanted. */
  take: (path: string) => boolean
  /** Milliseconds after which it ends. */
  limitMs: number
}

type Open = { path: string; rules: readonly { from: string; rules: IgnoreRules }[] }

const longestIgnoreFile = 256 * 1024
const never: ReadonlySet<string> = new Set(['.git', 'node_modules'])

/**
 * Goes through a folder, what lies near first. Links are named and never followed; what `.gitignore` files leave out is left out, as are
 * `.git` and `node_modules`; what cannot be read is passed over. False when it was ended before it had seen all.
 */
export async function walk(root: string, { take, limitMs }: Walk): Promise<boolean> {
  const until = performance.now() + limitMs
  let level: Open[] = [{ path: '', rules: [] }]
  while (level.length > 0) {
    const next: Open[] = []
    for (const folder of level) if (performance.now() > until || !(await into(root, folder, next, take))) return false
    level = next
  }
  return true
}

async function into(root: string, { path, rules: above }: Open, open: Open[], take: Walk['take']): Promise<boolean> {
  const own = await rulesIn(join(root, path))
  const rules = own ? [...above, { from: path, rules: own }] : above
  const entries = await opendir(join(root, path), { bufferSize: 256 }).catch(() => null)
  if (entries === null) return true
  try {
    for await (const entry of entries) {
      const isFolder = entry.isDirectory()
      const name = `${path}${entry.name}`
      if ((isFolder && never.has(entry.name)) || isIgnored(rules, name, isFolder)) continue
      if (!take(isFolder ? `${name}/` : name)) return false
      if (isFolder) open.push({ path: `${name}/`, rules })
    }
  } catch {
    // The rest of this folder cannot be read.
  }
  return true
}

function isIgnored(rules: Open['rules'], name: string, isFolder: boolean): boolean {
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const rule = rules[at]
    const said = rule?.rules.says(name.slice(rule.from.length), isFolder) ?? null
    if (said !== null) return said
  }
  return false
}

async function rulesIn(folder: string): Promise<IgnoreRules | null> {
  const path = join(folder, '.gitignore')
  const found = await stat(path).catch(() => null)
  if (!found?.isFile() || found.size > longestIgnoreFile) return null
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : new IgnoreRules(text)
}
