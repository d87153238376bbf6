import type { Git, GitRun } from '../git/git.ts'

/** How the objects of a comparison are reached. */
export type ObjectsAt = Pick<GitRun, 'gitDir' | 'purpose' | 'objects'>

const sizeLine = /^([0-9a-f]+) (\w+) (\d+)$/

/** Bytes of each object that is there. */
export async function sizesOf(git: Git, at: ObjectsAt, objects: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  if (objects.length === 0) return sizes
  const stdin = Buffer.from(`${[...new Set(objects)].join('\n')}\n`)
  const output = await git.output(['cat-file', '--batch-check'], { ...at, stdin })
  for (const line of output.toString('latin1').split('\n')) {
    const [, object, type, size] = sizeLine.exec(line) ?? []
    if (object !== undefined && type === 'blob') sizes.set(object, Number(size))
  }
  return sizes
}

/** The bytes of some objects; together they have to fit into 64 MB. What is not there is left out. */
export async function readObjects(git: Git, at: ObjectsAt, objects: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  if (objects.length === 0) return found
  const stdin = Buffer.from(`${[...new Set(objects)].join('\n')}\n`)
  const output = await git.output(['cat-file', '--batch'], { ...at, stdin, maxBytes: 80_000_000 })
  for (let from = 0; from < output.length;) {
    const end = output.indexOf(0x0a, from)
    if (end < 0) break
    const [, object, , size] = sizeLine.exec(output.toString('latin1', from, end)) ?? []
    from = end + 1
    if (object === undefined) continue
    found.set(object, output.subarray(from, from + Number(size)))
    from += Number(size) + 1
  }
  return found
}
