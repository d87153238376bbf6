import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { compareWith } from './duplicates.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duplicates-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Which files of the folder this process has open, where the system tells. */
async function openFiles(): Promise<string[]> {
  const open = await readdir('/proc/self/fd').catch(() => [])
  const paths = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return paths.filter((path) => path.startsWith(folder))
}

const long = 'a line that is the same\n'.repeat(40_000)

test.each([
  ['It is here already.', long, long],
  ['It is here already.', long, `${long}more\n`],
  ['It is here already, and has gone on since.', `${long}more\n`, long],
  ['Another version of it is here and stays. Delete that one to take this one.', `one\n${long}`, `two\n${long}`],
])('“%s”, and neither file stays open', async (words, here, staged) => {
  const [path, stagedPath] = [join(folder, 'here'), join(folder, 'staged')]
  await Promise.all([writeFile(path, here), writeFile(stagedPath, staged)])
  expect(await compareWith({ id: 'x', path, compressed: false }, stagedPath)).toBe(words)
  await until('both to be closed', async () => (await openFiles()).length === 0)
})
