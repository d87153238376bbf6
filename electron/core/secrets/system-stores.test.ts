import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Keychain, SecretService } from './system-stores.ts'

let folder: string
const put = async (name: string, script: string) => {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
}
const options = { env: () => Promise.resolve({ PATH: `${folder}:/usr/bin:/bin` }), folderId: () => 'f' }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-stores-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('the keychain is given no line that it would cut: the rest would be told as an unknown command', async () => {
  await put('security', `cat >> ${folder}/given; exit 1`)
  const chain = new Keychain(options)
  await expect(chain.set('LONG', 'k'.repeat(3_000))).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'value' } })
  await expect(chain.set('WIDE', '🔑'.repeat(1_000))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(readFile(join(folder, 'given'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(chain.set('SHORT', 'k'.repeat(2_800))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

it('a keyring that keeps something else, or says what it was given, is refused without the value', async () => {
  await put('secret-tool', 'if [ "$1" = lookup ]; then echo other; else read value; echo "cannot keep $value" >&2; exit 1; fi')
  const refused = await new SecretService(options).set('KEY', 'hunter2-hunter2').catch((thrown: unknown) => thrown)
  expect(refused).toMatchObject({ code: 'UNAVAILABLE' })
  expect(String(refused)).not.toContain(Buffer.from('hunter2-hunter2').toString('base64'))
})
